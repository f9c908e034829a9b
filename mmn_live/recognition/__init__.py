"""From a window to a prediction: the network, the gates before it and the smoothing after it."""

from mmn_live.recognition.backend import choose_device as choose_device
from mmn_live.recognition.baseline import Baseline as Baseline
from mmn_live.recognition.baseline import BaselineMeter as BaselineMeter
from mmn_live.recognition.baseline import NoBaseline as NoBaseline
from mmn_live.recognition.baseline_file import baseline_entry as baseline_entry
from mmn_live.recognition.baseline_file import read_baseline as read_baseline
from mmn_live.recognition.limits import Limits as Limits
from mmn_live.recognition.limits import NamedParts as NamedParts
from mmn_live.recognition.limits import named_parts as named_parts
from mmn_live.recognition.limits import usual_limits as usual_limits
from mmn_live.recognition.recogniser import Asked as Asked
from mmn_live.recognition.recogniser import Recogniser as Recogniser
