"""Printing (打印): a backtest for people at a terminal."""

from __future__ import annotations

from typing import Any

from jingpiao.upkeep.comparing import NAMED

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
LEARNED_WARNINGS = (
    (
        "worse",
        "在后来的提问上，学到的权重不如写明的：请核对已确认的结论是否可靠",
        "on later questions the learned weights did worse than the stated ones: see whether the confirmed outcomes are sound",
    ),
    (
        "set_aside",
        "学到的权重预测得明显更差，现在没有使用，答复按写明的权重给出",
        "the learned weights foretell clearly worse and are not used now: answers rest on the stated ones",
    ),
)


def print_backtest(report: dict[str, Any], lang: str) -> None:
    """Print a backtest's figures in Chinese or English."""
    chinese = lang == "zh"
    for name, zh, en in _PARTS:
        part = report[name]
        print(f"{zh if chinese else en}：{part['claims']}" if chinese else f"{en}: {part['claims']}")
        for figure, label, label_en in _FIGURES:
            print(f"  {label if chinese else label_en}  {_share(part[figure])}")
        print(f"  {'校准误差' if chinese else 'calibration error'}  {_known(part['calibration_error'])}")
        print(f"  Brier  {_known(part['brier'])}")
        for each in part["confusion"]:
            if each["truth"] != each["told"]:
                print(f"  {each['truth']} → {each['told']}: {each['count']}")
        if name == "recomputed" and report["before"]:
            print(_since(report["before"], part, chinese=chinese))
        unjudged = sum(part["unjudged"].values())
        print(f"  {'还不知道真相的' if chinese else 'not known yet'}  {unjudged}")
    _print_learning(report["learning"], chinese=chinese)


def _print_learning(learning: dict[str, Any], *, chinese: bool) -> None:
    """Print what outcomes taught of evidence, and whether that helped on questions asked later."""
    print(
        f"从结论学到的权重：{learning['outcomes']} 条结论"
        if chinese
        else f"weights learned from outcomes: {learning['outcomes']} outcomes"
    )
    held = learning["held_back"]
    if held["claims"]:
        since = f"{held['from'][:16]}"
        print(
            f"  用之前学到的答 {since} 以后的 {held['claims']} 问"
            if chinese
            else f"  {held['claims']} questions since {since}, answered with what had been learned before each"
        )
    for name, zh, en in NAMED:
        told = held[name]
        print(
            f"    {zh if chinese else en}  {_share(told['cause_first'])}"
            f"  {'校准误差' if chinese else 'calibration error'} {_known(told['calibration_error'])}  Brier {_known(told['brier'])}"
        )
    for warning, zh, en in LEARNED_WARNINGS:
        if learning[warning]:
            print(f"  ! {zh if chinese else en}")
    for row in learning["weights"]:
        where = f" @{row['feed']}" if row["feed"] else ""
        print(
            f"  {row['cause']}/{row['evidence']}{where}  {row['stated']:+.2f} → {row['learned']:+.2f}"
            f"  ({row['confirmed']}/{row['outcomes']})"
        )


def _known(figure: float | None) -> str:
    return "—" if figure is None else str(figure)


def _since(before: dict[str, Any], now: dict[str, Any], *, chinese: bool) -> str:
    """Return one line that sets this run beside the one before."""
    moved = "，".join if chinese else ", ".join
    figures = [
        f"{zh if chinese else en} {_share(before[name])} → {_share(now[name])}"
        for name, zh, en in _FIGURES
        if name in before
    ]
    error = f"{'校准误差' if chinese else 'calibration error'} {_known(before['calibration_error'])} → {_known(now['calibration_error'])}"
    head = f"  与上次（{before['made_at'][:16]}）相比：" if chinese else f"  since {before['made_at'][:16]}: "
    return head + moved([*figures, error])


def _share(figure: dict[str, Any]) -> str:
    if not figure["whole"]:
        return "—"
    return f"{figure['share']:.2%} ({figure['part']}/{figure['whole']})"
