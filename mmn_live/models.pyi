from models.config import Aggregation as Aggregation
from models.config import MMNConfig as MMNConfig
from models.config import Preprocessing as Preprocessing
from models.mmn import MMN as MMN
from models.tcn import TCN as TCN
from models.two_stream import TCN_PREFIX as TCN_PREFIX
from models.two_stream import TwoStream as TwoStream
from models.two_stream import network_of as network_of
