"""What is drawn on the frame."""

from mmn_live.overlay.overlay import Overlay as Overlay
from mmn_live.overlay.privacy import BLANK as BLANK
from mmn_live.overlay.privacy import guard_named as guard_named
from mmn_live.overlay.scene import Scene as Scene
from mmn_live.overlay.skeleton import draw_skeleton as draw_skeleton
from mmn_live.overlay.skeleton import mirrored as mirrored
