"""Measures petitcrm beside its peers, in one run, and says whether the goals are reached: `python -m benchmarks`."""
