"""Verification (查验): what the national platform asks for, what it can answer, and what need not be asked at all.

Pure: nothing here goes out. `jingpiao.verification` asks, counts and keeps.
"""
