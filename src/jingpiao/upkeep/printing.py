"""Printing (打印): a backtest for people at a terminal."""

from __future__ import annotations

from typing import Any

_FIGURES = (
    ("existence", "在不在答对", "existence right"),
    ("validity", "状态答对", "validity right"),
    ("cause_first", "真正原因排第一", "cause first"),
    ("cause_among_three", "真正原因在前三", "cause among three"),
    ("wrong_and_sure", "说得很肯定却错了", "wrong with >= 0.95"),
    ("recheck_kept", "说的时间守住了", "recheck_at kept"),
)
_PARTS = (
    ("kept", "当时给出的答复", "answers as they were given"),
    ("recomputed", "有结论的提问，用现在的权重重答", "labelled questions, answered with today's weights"),
)


def print_backtest(report: dict[str, Any], lang: str) -> None:
    """Print a backtest's figures in Chinese or English."""
    chinese = lang == "zh"
    for name, zh, en in _PARTS:
        part = report[name]
        print(f"{zh if chinese else en}：{part['claims']}" if chinese else f"{en}: {part['claims']}")
        for figure, label, label_en in _FIGURES:
            print(f"  {label if chinese else label_en}  {_share(part[figure])}")
        print(f"  {'校准误差' if chinese else 'calibration error'}  {part['calibration_error']}")
        print(f"  Brier  {part['brier']}")
        for each in part["confusion"]:
            if each["truth"] != each["told"]:
                print(f"  {each['truth']} → {each['told']}: {each['count']}")
        if name == "recomputed" and report["before"]:
            print(_since(report["before"], part, chinese=chinese))
        unjudged = sum(part["unjudged"].values())
        print(f"  {'还不知道真相的' if chinese else 'not known yet'}  {unjudged}")


def _since(before: dict[str, Any], now: dict[str, Any], *, chinese: bool) -> str:
    """Return one line that sets this run beside the one before."""
    moved = "，".join if chinese else ", ".join
    figures = [
        f"{zh if chinese else en} {_share(before[name])} → {_share(now[name])}"
        for name, zh, en in _FIGURES
        if name in before
    ]
    error = f"{'校准误差' if chinese else 'calibration error'} {before['calibration_error']} → {now['calibration_error']}"
    head = f"  与上次（{before['made_at'][:16]}）相比：" if chinese else f"  since {before['made_at'][:16]}: "
    return head + moved([*figures, error])


def _share(figure: dict[str, Any]) -> str:
    if not figure["whole"]:
        return "—"
    return f"{figure['share']:.2%} ({figure['part']}/{figure['whole']})"
