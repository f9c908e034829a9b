"""From a window to a prediction: the network, the gates before it and the smoothing after it."""

from mmn_live.recognition.recogniser import Recogniser as Recogniser
