"""What Prometheus is told of the pipeline: a module a subject, all read by ``pipeline.py``."""

from esn_pulse.metrics.metric import Families
from esn_pulse.metrics.pipeline import Pipeline
from esn_pulse.metrics.textfile import write_textfile

__all__ = ["Families", "Pipeline", "write_textfile"]
