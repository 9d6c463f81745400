"""Rows scored beside a population: each as if it had been delivered alone, on top of what is built."""
