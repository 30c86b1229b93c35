"""inquiry (查询): the one door to an answer: gathers the situation of a claim, asks `fapiao.diagnosis`, keeps the answer."""
