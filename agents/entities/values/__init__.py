"""Dates, times, amounts and quantities, with a normal form where they have one."""
