"""From a window to a prediction: the network, the gates before it and the smoothing after it."""

from mmn_live.recognition.backend import choose_device as choose_device
from mmn_live.recognition.recogniser import Recogniser as Recogniser
