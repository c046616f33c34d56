"""Writes src/shuke/kernel/readings.tsv: the toneless pinyin of Chinese characters and the phrases that read otherwise.

The facts come from the dictionaries of pypinyin (MIT). pypinyin itself takes 0.2 s and 50 MB to load, which is too much
for every web worker; the product needs only one toneless reading a character and those phrases in which greedy
reading character by character would be wrong (about a quarter of the dictionary).

One entry a line: `syllable<TAB>characters` for characters, `phrase<TAB>syllables` (separated by spaces) for phrases.
Run: python tools/make_readings.py
"""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

from pypinyin.constants import PHRASES_DICT, PINYIN_DICT
from pypinyin.contrib.tone_convert import to_normal

TARGET = Path(__file__).resolve().parent.parent / "src" / "shuke" / "kernel" / "readings.tsv"

# The reading that names of companies, places and people use, where the dictionary's first reading is another one.
USUAL = {
    "长": "chang", "都": "du", "曾": "zeng", "覃": "qin", "翟": "zhai", "厦": "xia", "莞": "guan", "了": "liao",
    "缪": "miao", "涡": "wo", "蔚": "wei", "番": "fan", "晟": "sheng", "泊": "bo", "呷": "xia", "圳": "zhen",
    "甪": "lu", "勒": "le", "漯": "luo", "嗯": "en", "哼": "heng", "呣": "mu", "噷": "hen", "呒": "mu",
}  # fmt: skip

# Places and trade words that the dictionary lacks or reads otherwise.
PHRASES = {
    "五金行": "wu jin hang", "贸易行": "mao yi hang", "商行": "shang hang", "车行": "che hang", "琴行": "qin hang",
    "茶行": "cha hang", "布行": "bu hang", "药行": "yao hang", "鞋行": "xie hang", "表行": "biao hang",
    "水产行": "shui chan hang", "百货行": "bai huo hang", "重装": "zhong zhuang", "宏重": "hong zhong",
    "音乐": "yin yue", "乐器": "yue qi", "六安": "lu an", "六合区": "lu he qu", "大埔": "da bu", "黄埔": "huang pu",
    "东阿": "dong e", "阿胶": "e jiao", "铅山": "yan shan", "蔚县": "yu xian", "莘庄": "xin zhuang",
    "涡阳": "guo yang", "荥阳": "xing yang", "荥经": "ying jing", "浚县": "xun xian", "枞阳": "zong yang",
    "尉犁": "yu li", "洪洞": "hong tong", "乐亭": "lao ting", "乐陵": "lao ling", "番禺": "pan yu",
    "监利": "jian li", "单县": "shan xian", "任丘": "ren qiu", "任县": "ren xian", "柏乡": "bai xiang",
    "天台": "tian tai", "台州": "tai zhou", "丽水": "li shui", "鄱阳": "po yang", "歙县": "she xian",
    "黟县": "yi xian", "亳州": "bo zhou", "华阴": "hua yin", "费县": "fei xian", "中牟": "zhong mu",
    "牟平": "mu ping", "隆尧": "long yao", "蠡县": "li xian", "井陉": "jing xing", "获鹿": "huo lu",
    "渑池": "mian chi", "柘城": "zhe cheng", "郏县": "jia xian", "泌阳": "bi yang", "长子县": "zhang zi xian",
    "繁峙": "fan shi", "朝阳": "chao yang", "长宁": "chang ning", "长治": "chang zhi", "黑河": "hei he",
    "黑龙": "hei long", "黑山": "hei shan", "黑水": "hei shui", "乐山": "le shan", "乐昌": "le chang",
    "乐平": "le ping", "乐安": "le an", "乐业": "le ye", "乐至": "le zhi", "乐东": "le dong", "乐都": "le du",
    "解放": "jie fang", "盖州": "gai zhou", "牟定": "mou ding", "句容": "ju rong", "繁昌": "fan chang",
    "召陵": "shao ling", "大城县": "dai cheng xian", "宕昌": "tan chang", "犍为": "qian wei", "吴堡": "wu bu",
    "什邡": "shi fang", "尉氏": "wei shi", "马尾区": "ma wei qu", "伽师": "jia shi", "阿图什": "a tu shi",
    "筠连": "jun lian", "蚌山": "beng shan", "佛坪": "fo ping", "漯河": "luo he", "穆棱": "mu ling",
    "会计": "kuai ji", "会稽": "kuai ji", "重阳": "chong yang", "重楼": "chong lou",
}  # fmt: skip


def plain(reading: str) -> str:
    """The toneless spelling of one syllable, ü as v ("lǜ" -> "lv")."""
    return str(to_normal(reading, v_to_u=False)).replace("ê", "e").replace("ü", "v")


def characters() -> dict[str, str]:
    """Character -> its usual toneless syllable."""
    table = {chr(code): plain(readings.split(",")[0]) for code, readings in PINYIN_DICT.items()}
    table |= USUAL
    return {char: syllable for char, syllable in table.items() if syllable.isascii() and syllable.isalpha()}


def read(text: str, chars: dict[str, str], phrases: dict[str, list[str]], longest: int = 12) -> list[str]:
    """Greedy reading of `text`, exactly as shuke.kernel.pinyin does it."""
    found: list[str] = []
    while len(found) < len(text):
        start = len(found)
        for size in range(min(longest, len(text) - start), 1, -1):
            if known := phrases.get(text[start : start + size]):
                found += known
                break
        else:
            found.append(chars.get(text[start], "?"))
    return found


def exceptions(chars: dict[str, str]) -> dict[str, list[str]]:
    """The phrases that greedy reading with the shorter phrases gets wrong."""
    kept: dict[str, list[str]] = {phrase: spelling.split() for phrase, spelling in PHRASES.items()}
    for phrase in sorted(PHRASES_DICT, key=lambda phrase: (len(phrase), phrase)):
        right = [plain(readings[0]) for readings in PHRASES_DICT[phrase]]
        if phrase in kept or len(right) != len(phrase) or any(char not in chars for char in phrase):
            continue
        if read(phrase, chars, kept) != right:
            kept[phrase] = right
    # Those of PHRASES that read as usual say that their first character is no surname there.
    return {
        phrase: right
        for phrase, right in kept.items()
        if phrase in PHRASES or [chars[char] for char in phrase] != right
    }


def main() -> None:
    """Write the table, characters first."""
    chars = characters()
    rows: dict[str, list[str]] = defaultdict(list)
    for char, syllable in chars.items():
        rows[syllable].append(char)
    lines = [f"{syllable}\t{''.join(sorted(rows[syllable]))}" for syllable in sorted(rows)]
    lines += [f"{phrase}\t{' '.join(right)}" for phrase, right in sorted(exceptions(chars).items())]
    TARGET.write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
