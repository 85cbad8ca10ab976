#!/usr/bin/env python3
"""tokenizer_cases.py [--strings N] [--seed S] [--settings M] [DIRECTORY]: what the tokenizers package makes of random text.

DIRECTORY/NAME.json        a tokenizer.json trained on text that is drawn here: as GPT-2, Llama 3, Qwen2 and SmolLM have
DIRECTORY/NAME.cases.json  strings, their ids with and without special tokens, and what the ids decode to
DIRECTORY/settings.json    the same vocabularies with other settings, drawn too, as changes to NAME.json

With --settings M there are M more files, whose vocabulary is changed as well. More than are kept here:
  tokenizer_cases.py --strings 10000 --seed 7 --settings 40 more
  LORASCOPE_TOKENIZER_CASES=more swift test --filter PackageTests
"""
import argparse
import json
import pathlib
import random
import re
import unicodedata

from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers

LLAMA3 = (r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+"
          r"|\s+(?!\S)|\s+")
QWEN2 = LLAMA3.replace(r"\p{N}{1,3}", r"\p{N}")
GPT4O = (r"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?"
         r"|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+")
PATTERNS = [LLAMA3, QWEN2, GPT4O, r"\s+", r"\w+|[^\w\s]+", r"x*", r"(?=[A-Z])", r"\b", r"[\p{P}\p{S}]", r"(a|b)\1", r"[^\S\n]{2,}",
            r"(?<=\d)(?=(\d{3})+(?!\d))", r"\p{Nd}", r"\P{L}+", r"\n|\r\n?", r"é", r"^.", r".$", r"[\p{L}&&[^aeiou]]+", "$"]
BEHAVIORS = ["removed", "isolated", "merged_with_previous", "merged_with_next", "contiguous"]

WORDS = ("the of and to in that it was he for on as with his at by be this had not are but from or have an they which one you were "
         "all her she there would their we him been has when who will no more if out so up said what its about than into them can "
         "only other time new some could these two may first then do any like my now over such our man me even most made after also "
         "did many off before must well back through years where much your way down should because long each just state people").split()
WORLD = ["über", "Straße", "naïve", "cafe\u0301", "Ελλάδα", "привет", "мир", "東京", "日本語", "한국어", "العربية", "नमस्ते", "ไทย", "עברית"]
# Letters, marks that combine and compose, signs in several scalars, spaces of all kinds, digits of many scripts, what has no meaning.
MARKS = [chr(c) for c in (0x300, 0x301, 0x308, 0x30A, 0x323, 0x327, 0x334, 0x345, 0x5B0, 0x64B, 0x93C, 0x94D, 0x302A, 0x3099, 0x20DD,
                          0x1D165, 0xFE0F, 0x0F71, 0x0F72, 0x0F81)]
COMPOSED = list("éàüñÅçṩậΐ각가힣がヷ") + ["\u212B", "\u2126", "\u0958", "\u1100\u1161", "\uAC00\u11A8", "\uFB01", "\uF900", "\u0344"]
SIGNS = ["👩\u200D👩\u200D👧", "🇩🇪🇫🇷", "👍🏽", "❤\uFE0F", "😀", "\u200D", "\U0001F1E6", "1\uFE0F\u20E3", "\u202E", "\uFEFF", "\u00AD"]
SPACES = [chr(c) for c in (9, 10, 11, 12, 13, 32, 0x85, 0xA0, 0x1680, 0x180E, 0x2000, 0x2003, 0x2009, 0x200A, 0x200B, 0x2028, 0x2029,
                           0x202F, 0x205F, 0x2060, 0x3000)]
DIGITS = list("0123456789½²Ⅷ①") + [chr(c) for c in (0x661, 0x6F3, 0x96A, 0xE55, 0x1D7D7, 0x10D41, 0x1E4F2, 0x3007, 0x4E09)]
ODD = [chr(c) for c in (0, 1, 7, 0x1B, 0x7F, 0x9F, 0x378, 0x0FFFE, 0xFFFF, 0xE000, 0x10FFFF, 0x1FFFE, 0x323B0, 0xE0001, 0xE0100, 0xFFFD,
                        0x31350, 0x2EBF0, 0x1C89, 0x10570, 0x11DE0, 0x16D40, 0x1E6D0, 0x10EC2)]
CONTRACTIONS = ["'s", "'S", "'LL", "'ll", "'Ve", "'re", "'M", "'d", "'T", "'\u017F", "’s", "'ſ", "'x", "''s", "\u212Aelvin"]
PUNCTUATION = list("!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~¡§«»…—。、「」€") + ["...", "!?", "--", "<|", "|>", "```"]


def draw_scalar(rng):
    """Anything that UTF-8 can hold, the lower planes more often."""
    while True:
        c = rng.randrange(rng.choice([0x80, 0x250, 0x3000, 0x10000, 0x20000, 0x110000]))
        if not 0xD800 <= c < 0xE000:
            return chr(c)


def draw_piece(rng, added):
    kind = rng.randrange(16)
    if kind < 4:
        word = rng.choice(WORDS)
        return rng.choice(["", " ", " ", " "]) + rng.choice([word, word, word.title(), word.upper()])
    if kind == 4:
        return rng.choice(WORLD)
    if kind == 5:
        return "".join(rng.choice(DIGITS if rng.random() < 0.3 else "0123456789") for _ in range(rng.randrange(1, 8)))
    if kind == 6:
        return rng.choice(SPACES) * rng.randrange(1, 5)
    if kind == 7:
        return rng.choice([" ", "\n", "\t", "\r\n", " \n", "\u3000"]) * rng.choice([1, 2, 3, 9, 40])
    if kind == 8:
        return rng.choice(CONTRACTIONS)
    if kind == 9:
        return "".join(rng.choice(PUNCTUATION) for _ in range(rng.randrange(1, 4)))
    if kind == 10:
        return rng.choice(COMPOSED + list("aeoAıK")) + "".join(rng.choice(MARKS) for _ in range(rng.randrange(4)))
    if kind == 11:
        return rng.choice(SIGNS)
    if kind == 12:
        return rng.choice(ODD)
    if kind == 13:
        return "".join(draw_scalar(rng) for _ in range(rng.randrange(1, 6)))
    token = rng.choice(added) if added else "<s>"
    return rng.choice([token, token, token, " " + token + " ", token[:-1], token[1:], token + token, token.upper(), "x" + token, token + "1"])


def draw_string(rng, added):
    return "".join(draw_piece(rng, added) for _ in range(rng.choice([0, 1, 2, 3, 5, 8, 13])))


def draw_text(rng):
    """What the tokenizers are trained on."""
    return ["".join(draw_piece(rng, []) for _ in range(40)) for _ in range(400)]


PANIC = BaseException  # what a panic in Rust raises is no Exception, and has no public name


# ---------------------------------------------------------------- the four kept here

def byte_level(**settings):
    return pre_tokenizers.ByteLevel(**{"add_prefix_space": False, **settings})


def split(pattern, behavior="isolated", invert=False):
    return pre_tokenizers.Split(pattern, behavior, invert)


def trained(size, specials, pre_tokenizer, normalizer=None, **model):
    tokenizer = Tokenizer(models.BPE(**model))
    tokenizer.pre_tokenizer = pre_tokenizer
    if normalizer:
        tokenizer.normalizer = normalizer
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.train_from_iterator(draw_text(random.Random(size)), trainers.BpeTrainer(
        vocab_size=size, special_tokens=specials, initial_alphabet=pre_tokenizers.ByteLevel.alphabet(), show_progress=False))
    return tokenizer


def around(tokenizer, before):
    return processors.TemplateProcessing(single=f"{before} $A", pair=f"{before} $A {before} $B",
                                         special_tokens=[(before, tokenizer.token_to_id(before))])


def gpt2():
    tokenizer = trained(600, ["<|endoftext|>"], byte_level())
    tokenizer.post_processor = processors.ByteLevel(trim_offsets=False)
    return tokenizer


def llama3():
    pre_tokenizer = pre_tokenizers.Sequence([split(Regex(LLAMA3)), byte_level(use_regex=False)])
    tokenizer = trained(700, [], pre_tokenizer, ignore_merges=True)
    tokenizer.add_special_tokens(["<|begin_of_text|>", "<|end_of_text|>", "<|eot_id|>"])
    tokenizer.post_processor = processors.Sequence([processors.ByteLevel(trim_offsets=False), around(tokenizer, "<|begin_of_text|>")])
    return tokenizer


def qwen2():
    pre_tokenizer = pre_tokenizers.Sequence([split(Regex(QWEN2)), byte_level(use_regex=False, trim_offsets=False)])
    tokenizer = trained(500, [], pre_tokenizer, normalizers.NFC())
    tokenizer.add_special_tokens(["<|endoftext|>", "<|im_start|>", "<|im_end|>"])
    tokenizer.add_tokens([AddedToken("<tool_call>", normalized=False), AddedToken("</tool_call>", normalized=False)])
    return tokenizer


def smollm():
    pre_tokenizer = pre_tokenizers.Sequence([pre_tokenizers.Digits(True), byte_level()])
    return trained(650, ["<|endoftext|>", "<|im_start|>", "<|im_end|>", "<repo_name>"], pre_tokenizer)


KEPT = {"gpt2": gpt2, "llama3": llama3, "qwen2": qwen2, "smollm": smollm}


# ---------------------------------------------------------------- settings drawn at random

CONTENTS = ["<s>", "<s>s", "</s>", "[INST]", " the", "the", "é", "e\u0301", "  ", "\n\n", "ab", "abc", "is", "日本", "\u212B", "A\u030A", "1", "''", "<"]


def draw_pre_tokenizer(rng):
    steps = []
    for _ in range(rng.randrange(3)):
        if rng.random() < 0.3:
            steps.append(pre_tokenizers.Digits(rng.random() < 0.5))
        else:
            pattern = Regex(rng.choice(PATTERNS)) if rng.random() < 0.8 else rng.choice([" ", "the", ".", "\n", "e\u0301", "|"])
            steps.append(split(pattern, rng.choice(BEHAVIORS), rng.random() < 0.3))
    steps.insert(rng.choice([len(steps)] * 3 + [0]), byte_level(add_prefix_space=rng.random() < 0.5, use_regex=rng.random() < 0.5))
    return pre_tokenizers.Sequence(steps) if len(steps) > 1 or rng.random() < 0.3 else steps[0]


def draw_settings(rng):
    """One of the four with everything drawn but its vocabulary and merges."""
    base = rng.choice(list(TRAINED))
    tokenizer = Tokenizer.from_str(TRAINED[base].to_str())
    form = rng.choice([None, None, [normalizers.NFC()], [normalizers.NFD()], [normalizers.NFD(), normalizers.NFC()]])
    if form:
        tokenizer.normalizer = form[0] if len(form) == 1 and rng.random() < 0.5 else normalizers.Sequence(form)
    tokenizer.pre_tokenizer = draw_pre_tokenizer(rng)
    # Of two that are alike when they are normalized, the package takes now one and now the other.
    for content in {unicodedata.normalize("NFC", c): c for c in rng.sample(CONTENTS, rng.randrange(6))}.values():
        flags = {name: rng.random() < 0.4 for name in ("single_word", "lstrip", "rstrip", "normalized")}
        (tokenizer.add_special_tokens if rng.random() < 0.3 else tokenizer.add_tokens)([AddedToken(content, **flags)])
    file = json.loads(tokenizer.to_str())
    file["model"]["ignore_merges"] = rng.random() < 0.5
    return base, file


def draw_vocabulary(rng, model):
    if rng.random() < 0.3:
        for byte in rng.sample(sorted(pre_tokenizers.ByteLevel.alphabet()), 40):
            model["merges"] = [m for m in model["merges"] if byte not in "".join(m)]
            model["vocab"] = {token: id for id, token in enumerate(t for t in model["vocab"] if byte not in t)}
        model["unk_token"] = rng.choice([None, min(model["vocab"], key=model["vocab"].get)])
        model["fuse_unk"] = rng.random() < 0.5
    if rng.random() < 0.3:
        model["merges"] = [" ".join(m) for m in model["merges"]]
    if rng.random() < 0.2:
        rng.shuffle(model["merges"])


# ---------------------------------------------------------------- files

def cases_of(file, rng, count):
    tokenizer = Tokenizer.from_str(json.dumps(file))
    added = [token["content"] for token in file["added_tokens"]]
    strings = [draw_string(rng, added) for _ in range(count)]
    if re.search(r"\\[wdb]", json.dumps(file["pre_tokenizer"]).replace("\\\\", "\\")):
        # What these stand for depends on the Unicode version of the system's Oniguruma: only characters that all know.
        strings = ["".join(c for c in text if unicodedata.category(c) != "Cn") for text in strings]
    cases = []
    for text in strings:
        try:
            plain, special = (tokenizer.encode(text, add_special_tokens=flag).ids for flag in (False, True))
        except PANIC:  # where tokens of white space with lstrip and rstrip meet
            continue
        cases.append([text, plain, special, tokenizer.decode(special, skip_special_tokens=False)])
    return cases


def compact(value):
    return json.dumps(value, separators=(",", ":"))


def write_lines(path, values):
    path.write_text("[\n" + ",\n".join(compact(v) for v in values) + "\n]\n")


def write_file(directory, name, file, rng, count):
    (directory / f"{name}.json").write_text(json.dumps(file, ensure_ascii=False, separators=(",", ":")) + "\n")
    write_lines(directory / f"{name}.cases.json", cases_of(file, rng, count))


def write_settings(directory, count, strings, seed):
    settings = []
    for number in range(count):
        rng = random.Random(f"kept settings {seed} {number}")
        base, file = draw_settings(rng)
        cases = cases_of(file, rng, strings)
        changes = {key: file[key] for key in ("added_tokens", "normalizer", "pre_tokenizer")}
        settings.append({"base": base, "changes": changes, "ignore_merges": file["model"]["ignore_merges"], "cases": cases})
    write_lines(directory / "settings.json", settings)


def main():
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument("--strings", type=int, default=150)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--settings", type=int, default=0)
    parser.add_argument("directory", nargs="?", type=pathlib.Path, default=pathlib.Path(__file__).parent / "tokenizers")
    options = parser.parse_args()
    options.directory.mkdir(parents=True, exist_ok=True)
    for name, make in KEPT.items():
        TRAINED[name] = make()
        file = json.loads(TRAINED[name].to_str())
        write_file(options.directory, name, file, random.Random(f"{name} {options.seed}"), options.strings)
    write_settings(options.directory, 45, 6, options.seed)
    for number in range(options.settings):
        rng = random.Random(f"settings {options.seed} {number}")
        _, file = draw_settings(rng)
        draw_vocabulary(rng, file["model"])
        write_file(options.directory, f"settings-{number}", file, rng, max(1, options.strings // 10))


TRAINED = {}

if __name__ == "__main__":
    main()
