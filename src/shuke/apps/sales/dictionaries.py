"""The dictionaries that selling starts with; a company changes them as it likes (SYS-01)."""

from __future__ import annotations

from typing import Any

from shuke.engine.options.catalogue import define
from shuke.engine.options.models import Dictionary

_START: dict[str, tuple[str, tuple[tuple[str, str], ...]]] = {
    "customer-level": (
        "客户等级",
        (("重要客户", "bad"), ("普通客户", "warn"), ("一般客户", "good"), ("潜在客户", "brand")),
    ),
    "customer-source": (
        "客户来源",
        tuple((name, "") for name in ("广告", "展会", "老客户介绍", "网站", "电话开发", "上门拜访", "其他")),
    ),
    "customer-classification": (
        "客户分类",
        tuple((name, "") for name in ("现有客户", "潜在客户", "合作伙伴", "代理商")),
    ),
    "customer-tag": (
        "客户标签",
        (("重点跟进", "bad"), ("长期合作", "good"), ("价格敏感", "warn"), ("可做案例", "brand"), ("暂缓联系", "")),
    ),
    "contact-tag": ("联系人标签", (("决策人", "brand"), ("使用人", ""), ("财务对接", "good"), ("已离职", "warn"))),
    "industry": (
        "行业",
        tuple(
            (name, "")
            for name in (
                "电子制造", "机械设备", "食品饮料", "建筑建材", "化工医药", "汽车", "商贸零售", "信息技术",
                "教育", "物流运输", "农业", "服务业",
            )
        ),
    ),
}  # fmt: skip


def install(**_: Any) -> None:
    """Make the dictionaries of a new installation; the receiver of ``post_migrate``. Later it changes nothing."""
    for key, (name, values) in _START.items():
        if not Dictionary.plain.filter(key=key).exists():
            define(key, name, values)
