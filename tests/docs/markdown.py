"""What the tests of the documentation read in Markdown."""
import pathlib
import re
from typing import NamedTuple

TOP = pathlib.Path(__file__).resolve().parents[2]
README = TOP / "README.md"
DOCS = sorted((TOP / "docs").glob("*.md"))


class Block(NamedTuple):
    """A code block: fenced, with its language, or indented ("")."""

    language: str
    text: str
    line: int  # of its first line of text, from 1
    note: str  # what an HTML comment on the line above says


def blocks_and_prose(text):
    """The code blocks of a page, and the page with empty lines in their place."""
    blocks, prose, note = [], [], ""
    lines = text.splitlines()
    i = 0
    while i < len(lines):
        fence = re.match(r"( *)(```+)(\w*)\s*$", lines[i])
        start = i + 1 if fence else i
        is_indented = lines[i].startswith("    ") and (i == 0 or not lines[i - 1].strip())
        if fence:
            end = next((k for k in range(start, len(lines)) if lines[k].strip() == fence[2]), len(lines))
            after = end + 1
        elif is_indented:
            ends = (k for k in range(i, len(lines)) if lines[k].strip() and not lines[k].startswith("    "))
            end = after = next(ends, len(lines))
        if fence or is_indented:
            body = "\n".join(line[4:] if is_indented else line for line in lines[start:end]).rstrip("\n")
            blocks.append(Block(fence[3] if fence else "", body, start + 1, note))
            prose += [""] * (after - i)
            i = after
            note = ""
            continue
        comment = re.match(r"<!-- (.*) -->$", lines[i])
        note = comment[1] if comment else note if not lines[i].strip() else ""
        prose.append(lines[i])
        i += 1
    return blocks, "\n".join(prose)


def code_spans(prose):
    """The texts of code spans, which may hold shorter runs of backticks."""
    return [match[2].strip() for match in re.finditer(r"(?<!`)(`+)(?!`)(.+?)(?<!`)\1(?!`)", prose, re.S)]


def without_code_spans(prose):
    return re.sub(r"(?<!`)(`+)(?!`)(.+?)(?<!`)\1(?!`)", "", prose, flags=re.S)


def headings(prose):
    """(level, text) of each heading."""
    return [(len(level), text) for level, text in re.findall(r"^(#+) (.+?)\s*$", prose, re.M)]


def anchors(prose):
    """The anchors that GitHub gives the headings."""
    found = []
    for _, text in headings(prose):
        plain = re.sub(r"\[([^]]*)\]\([^)]*\)", r"\1", text)
        slug = re.sub(r"[^\w\- ]", "", plain.lower()).replace(" ", "-")
        taken = sum(other == slug or re.fullmatch(re.escape(slug) + r"-\d+", other) is not None for other in found)
        found.append(f"{slug}-{taken}" if taken else slug)
    return found


def table_rows(text):
    """The cells of each row of each table, without headings and rules."""
    rows = []
    lines = text.splitlines()
    for i, line in enumerate(lines):
        is_row = line.startswith("|") and line.rstrip().endswith("|")
        is_heading = is_row and i + 1 < len(lines) and re.fullmatch(r"\|[-| :]+\|", lines[i + 1].strip())
        if is_row and not is_heading and not re.fullmatch(r"\|[-| :]+\|", line.strip()):
            rows.append([cell.strip() for cell in re.split(r"(?<!\\)\|", line.strip().strip("|"))])
    return rows
