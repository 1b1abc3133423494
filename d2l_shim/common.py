"""What the modules of all frameworks have that is the same in each; no framework is imported."""

from d2l_shim.layer_table import cost, summary
from d2l_shim.metrics import Accumulator
from d2l_shim.plotting import *
from d2l_shim.timing import Timer
from d2l_shim.training import one_cycle
from d2l_shim.weights import load_weights, save_weights
