"""What is drawn on the frame."""

from mmn_live.overlay.overlay import Overlay as Overlay
from mmn_live.overlay.scene import Scene as Scene
from mmn_live.overlay.skeleton import mirrored as mirrored
