"""The last seconds of skeletons, as the network takes them: ring buffer, sampling, normalisation."""

from mmn_live.windows.normaliser import channels as channels
from mmn_live.windows.normaliser import mirrored_channels as mirrored_channels
from mmn_live.windows.normaliser import normalise as normalise
from mmn_live.windows.normaliser import official_clip as official_clip
from mmn_live.windows.sampling import sample_window as sample_window
from mmn_live.windows.visible import BODY_FLOOR as BODY_FLOOR
from mmn_live.windows.visible import HAND_FOUND as HAND_FOUND
from mmn_live.windows.windower import SHORTEST_SHARE as SHORTEST_SHARE
from mmn_live.windows.windower import Windower as Windower
