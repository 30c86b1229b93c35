"""Diagnosis (诊断): from a situation to an answer, purely.

>>> from fapiao.diagnosis import diagnose
"""

from fapiao.diagnosis.answering import diagnose

__all__ = ["diagnose"]
