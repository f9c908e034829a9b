"""Bodies that neither actor nor observer has: each clip's places bent a little, all of them alike.

What is learnt is to hold for people whom nobody has measured: narrower shoulders, longer necks and trunks, cameras that
look from above or from the side. Space is bent and not the joints, so that a hand that touches the nose still does.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from mmn_live.joints import Layout
from mmn_live.windows import MOTION_GAIN

_ABOVE, _BELOW, _ACROSS, _SHEAR = 0.12, 0.10, 0.06, 0.06
_OF_A_JOINT = 0.012


class Strangers(nn.Module):
    """Inputs (N, 7, T, V) of the "body" preprocessing as of other bodies and cameras, anew at each call.

    What lies above the shoulders is stretched by a factor of its own, and what lies below; the log of each factor, what
    a shear adds and where a joint lies are normal, of `size` times the deviations above (shoulder widths).
    """

    def __init__(self, layout: Layout, size: float) -> None:
        super().__init__()
        self._size = size
        self._nose = layout.network_order.index(layout.index("nose"))

    def forward(self, inputs: Tensor) -> Tensor:
        x, y, believed, motion_x, motion_y, x_off, y_off = inputs.unbind(1)  # (N, T, V) each
        observed = believed > 0
        across, shear = self._drawn(inputs, _ACROSS).exp(), self._drawn(inputs, _SHEAR)
        tall = torch.where(y < 0, self._drawn(inputs, _ABOVE).exp(), self._drawn(inputs, _BELOW).exp())
        apart_x, apart_y = (self._drawn(inputs, _OF_A_JOINT, inputs.shape[3]) for _ in range(2))
        # Differences are bent as differences: places are too coarse in half precision to be subtracted.
        usual = tall.mean(dim=1, keepdim=True)
        crossing = (tall - usual) * y  # of joints that pass the shoulders' height
        nose = slice(self._nose, self._nose + 1)
        bent = (
            x * across + y * shear + apart_x,
            y * tall + apart_y,
            believed,
            motion_x * across + motion_y * shear,
            motion_y * usual + MOTION_GAIN * (crossing - crossing.mean(dim=1, keepdim=True)),
            x_off * across + y_off * shear + apart_x - apart_x[..., nose],
            y_off * tall[..., nose] + (tall - tall[..., nose]) * y + apart_y - apart_y[..., nose],
        )
        from_nose = observed & observed[..., nose]
        kept = (observed, observed, observed, observed, observed, from_nose, from_nose)
        return torch.stack([channel * mask for channel, mask in zip(bent, kept, strict=True)], dim=1)

    def _drawn(self, inputs: Tensor, deviation: float, joints: int = 1) -> Tensor:
        return self._size * deviation * torch.randn(len(inputs), 1, joints, device=inputs.device)
