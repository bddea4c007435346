"""The story of `bench.console` with what people write into events: who did it, what was noticed, in Chinese and in English.

Words come as often as words do: a few in every third event, most in few. One operator and one remark stand in a handful of events only.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from itertools import accumulate

from bench.console.story import Told, story

RARE, RARE_OPERATOR, RARE_APART = "胶圈老化渗漏", "欧阳若溪", 180_000  # events
_FAMILY = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗"
_GIVEN = "伟芳娜敏静强磊军洋勇艳杰涛明超秀霞平刚桂英华玉萍红"
OPERATORS = tuple(one + first + second for one in _FAMILY for first, second in zip(_GIVEN, _GIVEN[3:] + _GIVEN[:3], strict=True))
_WHAT = (
    "冷库温度", "灌装压力", "奶罐液位", "包装封口", "标签打印", "清洗消毒", "乳脂含量", "菌落总数", "运输车辆", "托盘缠膜", "喷码清晰度",
    "杀菌时间",
    "pasteuriser outlet", "filler head", "seal strength", "label position", "cold store door", "rinse water",
)  # fmt: skip
_HOW = (
    "正常", "偏高", "偏低", "已复检合格", "待处理", "轻微破损已更换", "按作业指导书执行",
    "within limits", "slightly high, adjusted", "checked twice", "replaced", "reported to shift leader",
)  # fmt: skip
_WHERE = tuple(f"{number}号{name}" for name in ("奶罐", "冷库", "灌装线", "月台") for number in range(1, 13))
NAMESPACE = {"acme": "https://ns.acme.example/"}


def told(events: int) -> Iterator[Told]:
    """That many events; those of a truck's sensors have no remark."""
    chance = random.Random(23)
    weights = {id(words): list(accumulate(1 / (rank + 1) for rank in range(len(words)))) for words in (_WHAT, _HOW, _WHERE, OPERATORS)}

    def one_of(words: tuple[str, ...]) -> str:
        return chance.choices(words, cum_weights=weights[id(words)])[0]

    for number, one in enumerate(story(events)):
        if "sensorElementList" not in one.event:
            rare = number % RARE_APART == RARE_APART // 2
            one.event["@context"] = [*one.event["@context"], NAMESPACE]
            one.event["acme:operator"] = RARE_OPERATOR if rare else one_of(OPERATORS)
            one.event["acme:note"] = f"{one_of(_WHERE)}{one_of(_WHAT)}{one_of(_HOW)},{RARE if rare else f'单号{number % 9973:05}'}"
        yield one
