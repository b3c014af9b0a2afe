"""Writes a notebook that was run: as .ipynb that shows its figures everywhere, as pages, as Markdown.

Called by `report`, which has drawn the figures. Their list is a JSON file: for each its `cell` and `output` (counted
from 0), the `text` that describes it, and what there is of `svg` and `png` (files) and `link` (for Markdown).
"""

import argparse
import base64
import html
import json
import os
import re
import sys
from pathlib import Path

import nbformat
from nbconvert import HTMLExporter, MarkdownExporter
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath
from traitlets.config import Config

PLOTLY = "application/vnd.plotly.v1+json"

# Everything is in the file: no script, style or font from the network.
PAGE = """
{%- extends 'index.html.j2' -%}
{%- block html_head_js -%}{{ resources.gradus_scripts }}{%- endblock -%}
{%- block jupyter_widgets -%}{%- endblock -%}
{%- block html_head_js_mathjax -%}{%- endblock -%}
{%- block html_head_js_mermaidjs -%}{%- endblock -%}
{%- block html_head_css -%}<style>
math { font-family: "Latin Modern Math", "STIX Two Math", "Cambria Math", "DejaVu Math TeX Gyre", math; }
math[display="block"] { margin: 0.9em 0; overflow: auto hidden; padding: 0.2em 0; }
{{ resources.gradus_style }}
</style>{%- endblock -%}
"""

SCREEN = """
/* Three panels in a row are 1080 px wide; a line of text is read at half of that. */
main { max-width: 78rem; margin: 0 auto; padding: 1rem; }
.jp-MarkdownCell :is(p, li, blockquote) { max-width: 54rem; }
.jp-RenderedHTMLCommon { overflow-x: auto; }
@media print { main { max-width: none; } .jp-Cell { break-inside: avoid; } }
"""

SHEET = """
@page { size: A4; margin: 18mm 17mm 20mm; }
html, body, body.jp-Notebook, main, .jp-Cell, .jp-OutputArea, .jp-RenderedHTMLCommon { overflow: visible !important; }
body { --jp-code-font-size: 8pt; --jp-content-font-size1: 10.5pt; --jp-ui-font-size1: 9.5pt; }
body { width: 176mm; }
body, main, .jp-Cell { padding: 0 !important; margin: 0 !important; background: white !important; }
.jp-Cell { margin: 0 0 0.5em !important; }
/* The numbers of the cells cost a tenth of the sheet's width. */
.jp-InputPrompt, .jp-OutputPrompt, .jp-InputCollapser, .jp-OutputCollapser, .jp-Collapser, .anchor-link { display: none !important; }
.jp-InputArea, .jp-OutputArea-child, .jp-Cell-inputWrapper, .jp-Cell-outputWrapper { display: block !important; }
.jp-InputArea-editor { width: 100% !important; box-sizing: border-box; border: none !important; border-left: 2pt solid #c8ccd2 !important; background: #f6f7f8 !important; overflow: visible !important; }
.jp-CodeMirrorEditor { padding: 0 !important; overflow: visible !important; }
.highlight pre { white-space: pre-wrap !important; overflow-wrap: anywhere; padding: 4pt 8pt !important; orphans: 4; widows: 4; }
.jp-OutputArea-output pre { white-space: pre-wrap !important; word-break: normal !important; overflow-wrap: anywhere; }
.jp-OutputArea-output { margin: 3pt 0 6pt; }
.jp-RenderedHTMLCommon { padding-right: 0 !important; line-height: 1.4; }
.jp-RenderedHTMLCommon p { text-align: left; orphans: 3; widows: 3; }
h1, h2, h3, h4 { break-after: avoid; }
/* A short piece of code stays on one sheet; a figure or a table always does. */
figure.gradus, table, tr, math[display="block"], .celltag_gradus-short .jp-Cell-inputWrapper { break-inside: avoid; }
figure.gradus { margin: 4pt 0; }
figure.gradus img { display: block; max-width: 100%; max-height: 235mm; height: auto; }
.jp-RenderedHTMLCommon table { font-size: 8pt !important; margin: 0 0 4pt; }
.jp-RenderedHTMLCommon :is(td, th) { padding: 2pt 5pt !important; }
"""

# A table that is wider than the sheet becomes smaller, as a whole.
FIT = """<script>
addEventListener("load", () => {
  const room = document.querySelector("main").clientWidth;
  for (const table of document.querySelectorAll("main table")) {
    const width = table.getBoundingClientRect().width;
    if (width > room) table.style.zoom = room / width;
  }
});
</script>"""

# In order of preference: a picture in place of a figure is Markdown, a table is HTML.
MARKDOWN = ["text/markdown", "image/svg+xml", "image/png", "image/jpeg", "text/html", "text/latex", "text/plain"]


class Figure:
    """A figure of the notebook, and the pictures that were drawn of it."""

    def __init__(self, entry):
        self.text = entry["text"]
        self.svg, self.png = (Path(entry[kind]) if entry.get(kind) else None for kind in ("svg", "png"))
        self.link = entry.get("link")


def figures_of(notebook, figures):
    """Each output that holds a figure, with the figure."""
    for (cell, output), figure in figures.items():
        yield notebook.cells[cell].outputs[output], figure


# ---- as a notebook


def pictured(notebook, figures):
    """The notebook with a PNG in each figure's output.

    Where both are there, nbconvert takes HTML before pictures, and GitHub strips its scripts; SVG it often shows without
    text. So the figure's own format and a PNG are kept, and the HTML, which repeats the figure, is not.
    """
    copy = nbformat.from_dict(notebook)
    for output, figure in figures_of(copy, figures):
        if figure.png:
            output.data["image/png"] = base64.b64encode(figure.png.read_bytes()).decode()
            output.data.pop("text/html", None)
    return nbformat.writes(copy) + "\n"


# ---- as a page


class Renderer(IPythonRenderer):
    """Markdown with its formulas as MathML, which needs no script."""

    def block_math(self, body):
        return mathml(body, "block")

    def multiline_math(self, text):
        return mathml(text, "block")

    def latex_environment(self, name, body):
        return mathml(rf"\begin{{{name}}}{body}\end{{{name}}}", "block")

    def inline_math(self, body):
        return mathml(body, "inline")


class Exporter(HTMLExporter):
    def markdown2html(self, context, source):
        metadata = context.get("resources", {}).get("metadata", {})
        renderer = Renderer(
            escape=False,
            attachments=context.get("cell", {}).get("attachments", {}),
            embed_images=True,
            path=metadata.get("path", ""),
            anchor_link_text="",
            exclude_anchor_links=True,
        )
        return MarkdownWithMath(renderer=renderer).render(source)

    markdown2html.jinja_pass_arg = HTMLExporter.markdown2html.jinja_pass_arg


def page(notebook, name, folder):
    """One HTML file with everything inside, plotly.js too where there is a figure."""
    copy = nbformat.from_dict(notebook)
    for cell in copy.cells:
        for output in cell.get("outputs", []):
            make_offline(output)
    return exported(copy, name, folder, SCREEN, plotly_script() if has_figures(copy) else "")


def sheet(notebook, name, folder, figures):
    """The page to be printed: figures as pictures, in vectors."""
    copy = nbformat.from_dict(notebook)
    for cell in copy.cells:
        # About as high as a third of the sheet.
        if cell.cell_type == "code" and len(cell.source.splitlines()) <= 24:
            cell.metadata["tags"] = [*cell.metadata.get("tags", []), "gradus-short"]
        for output in cell.get("outputs", []):
            make_offline(output)
    for output, figure in figures_of(copy, figures):
        if figure.svg:
            content = base64.b64encode(figure.svg.read_bytes()).decode()
            shown = f'<img src="data:image/svg+xml;base64,{content}" alt="{html.escape(figure.text)}">'
        else:
            shown = f"<em>{html.escape(figure.text)}</em>"
        output.data["text/html"] = f'<figure class="gradus">{shown}</figure>'
    return exported(copy, name, folder, SHEET, FIT)


def exported(notebook, name, folder, style, scripts):
    notebook.metadata["title"] = title(notebook) or name
    resources = {"metadata": {"name": name, "path": str(folder)}, "gradus_style": style, "gradus_scripts": scripts}
    body, _ = Exporter(raw_template=PAGE, embed_images=True).from_notebook_node(notebook, resources=resources)
    return body


def make_offline(output):
    """What a browser would show only with scripts from the network, as HTML."""
    data = output.get("data", {})
    figure = data.get(PLOTLY)
    if figure is not None and "text/html" not in data:
        place = f"figure-{abs(hash(json.dumps(figure, sort_keys=True)))}"
        data["text/html"] = (
            f'<div id="{place}"></div><script>Plotly.newPlot("{place}", '
            + json.dumps({key: figure.get(key) for key in ("data", "layout", "config")}).replace("</", "<\\/")
            + ");</script>"
        )
    latex = data.get("text/latex")
    if latex is not None and "text/html" not in data:
        data["text/html"] = mathml(latex.strip().strip("$"), "block")


def has_figures(notebook):
    outputs = (output for cell in notebook.cells for output in cell.get("outputs", []))
    return any("Plotly" in output.get("data", {}).get("text/html", "") for output in outputs)


def plotly_file():
    """plotly.js as the Python package brings it."""
    import plotly

    return Path(plotly.__file__).parent / "package_data" / "plotly.min.js"


def plotly_script():
    """plotly.js, once for the page."""
    text = plotly_file().read_text(encoding="utf-8").replace("</script", "<\\/script")
    return f"<script>{text}</script>"


def title(notebook):
    for cell in notebook.cells:
        match = re.search(r"^#\s+(.+)$", cell.source, re.MULTILINE) if cell.cell_type == "markdown" else None
        if match:
            return re.sub(r"[*_`$]", "", match.group(1)).strip()
    return None


def mathml(latex, display):
    from latex2mathml.converter import convert

    # nbconvert escapes the text before it asks for a formula.
    latex = html.unescape(latex).strip()
    try:
        return convert(latex, display=display)
    except Exception as error:
        print(f"note: a formula is shown as it is written, since it is not understood ({error!r}): {latex}", file=sys.stderr)
        return f"<code>{html.escape(latex)}</code>"


# ---- as Markdown


def markdown(notebook, name, folder, figures):
    """The text, and the pictures of outputs that are no figures: {file name: content}."""
    copy = nbformat.from_dict(notebook)
    for output, figure in figures_of(copy, figures):
        text = re.sub(r"([\[\]\\*_<>`$])", r"\\\1", figure.text)
        output.data["text/markdown"] = f"![{text}](<{figure.link}>)" if figure.link else f"*{text}*"
    for cell in copy.cells:
        for output in cell.get("outputs", []):
            table = output.get("data", {}).get("text/html")
            if table:
                # An empty line would end the piece of HTML.
                output.data["text/html"] = re.sub(r"\n\s*\n", "\n", table.strip())
    exporter = MarkdownExporter(config=Config({"NbConvertBase": {"display_data_priority": MARKDOWN}}))
    resources = {"metadata": {"name": name, "path": str(folder)}, "unique_key": "output", "output_files_dir": name}
    body, resources = exporter.from_notebook_node(copy, resources=resources)
    return re.sub(r"\n{3,}", "\n\n", body).strip() + "\n", resources.get("outputs", {})


# ---- the command


def write(path, content):
    """Beside, then renamed: an interrupted report leaves no half file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f"{path.name}.{os.getpid()}.part")
    try:
        beside.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))
        os.replace(beside, path)
    finally:
        beside.unlink(missing_ok=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("notebook", type=Path, nargs="?", help="a notebook with its outputs")
    parser.add_argument("--plotly", action="store_true", help="only print where plotly.js is")
    parser.add_argument("--figures", type=Path, metavar="LIST", help="the pictures that were drawn, as JSON")
    parser.add_argument("--source", type=Path, help="the notebook that was run, whose folder its links start from")
    parser.add_argument("--ipynb", type=Path, action="append", default=[], metavar="FILE")
    parser.add_argument("--html", type=Path, metavar="FILE")
    parser.add_argument("--sheet", type=Path, metavar="FILE", help="HTML to be printed")
    parser.add_argument("--md", type=Path, metavar="FILE")
    arguments = parser.parse_args()
    if arguments.plotly:
        print(plotly_file())
        return
    notebook = nbformat.read(arguments.notebook, as_version=4)
    entries = json.loads(arguments.figures.read_text(encoding="utf-8"))
    figures = {(entry["cell"], entry["output"]): Figure(entry) for entry in entries}
    name, folder = arguments.notebook.stem, (arguments.source or arguments.notebook).resolve().parent
    for path in arguments.ipynb:
        write(path, pictured(notebook, figures))
    if arguments.html:
        write(arguments.html, page(notebook, name, folder))
    if arguments.sheet:
        write(arguments.sheet, sheet(notebook, name, folder, figures))
    if arguments.md:
        text, pictures = markdown(notebook, name, folder, figures)
        for path, content in pictures.items():
            write(arguments.md.parent / path, content)
        write(arguments.md, text)


if __name__ == "__main__":
    main()
