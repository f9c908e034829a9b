"""The network's definition, importable as `mmn_live.models`. No input or output happens here."""

if __name__ != "mmn_live.models":
    raise ImportError("import this package as mmn_live.models (pip install . puts it there)")

from .config import Aggregation as Aggregation
from .config import MMNConfig as MMNConfig
from .config import Preprocessing as Preprocessing
from .ensemble import Ensemble as Ensemble
from .late_fusion import late_fusion as late_fusion
from .mmn import MMN as MMN
from .tcn import TCN as TCN
from .two_stream import TCN_PREFIX as TCN_PREFIX
from .two_stream import TwoStream as TwoStream
from .two_stream import network_of as network_of
