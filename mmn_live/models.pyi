from models.config import Aggregation as Aggregation
from models.config import MMNConfig as MMNConfig
from models.config import Preprocessing as Preprocessing
from models.mmn import MMN as MMN
