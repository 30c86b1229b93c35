"""Shapes (数据结构成员): what is published at ``/api/v1/schemas/``, one family a file."""
