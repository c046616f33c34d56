"""The dictionaries that selling starts with; a company changes them as it likes (SYS-01)."""

from __future__ import annotations

from typing import Any

from shuke.apps.sales.models import LevelPolicy
from shuke.apps.sales.services.level import DICTIONARY
from shuke.engine.options.catalogue import define
from shuke.engine.options.models import Dictionary, Option
from shuke.engine.record.index_text import index
from shuke.resource.registry import resource_of

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
    "customer-type": ("客户类型", tuple((name, "") for name in ("最终消费者", "企业用户", "渠道商"))),
    "customer-stage": (
        "客户阶段",
        (("新客户", "brand"), ("初步沟通", ""), ("需求确认", ""), ("方案报价", "warn"), ("已成交", "good")),
    ),
    "customer-status": ("客户状态", (("正常", "good"), ("暂停往来", "warn"), ("已流失", "bad"))),
    "credit-rating": ("信用度", (("AAA", "good"), ("AA", "good"), ("A", "brand"), ("B", "warn"), ("C", "bad"))),
    "satisfaction": (
        "满意度",
        (("非常满意", "good"), ("满意", "good"), ("一般", ""), ("不满意", "warn"), ("很不满意", "bad")),
    ),
    "contact-way": (
        "联系方式",
        (("拜访", "brand"), ("电话", "good"), ("邮件", ""), ("消息", ""), ("网络", ""), ("传真", ""), ("其他", "")),
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


# Level -> reminder days, and whether managers watch such customers (CUS-16, CON-16).
_LEVELS = {"重要客户": (3, True), "普通客户": (7, False), "一般客户": (15, False), "潜在客户": (30, False)}


def install(**_: Any) -> None:
    """Make the dictionaries of a new installation; the receiver of ``post_migrate``. Later it changes nothing."""
    for key, (name, values) in _START.items():
        if not Dictionary.plain.filter(key=key).exists():
            define(key, name, values)
    if not LevelPolicy.plain.exists():
        _make_policies()


def _make_policies() -> None:
    for level in Option.plain.filter(dictionary__key=DICTIONARY, name__in=_LEVELS):
        days, key = _LEVELS[level.name]
        policy = LevelPolicy(name=level.name, level=level, days=days, key=key)
        index(resource_of(LevelPolicy), policy)
        policy.save(force_insert=True)
