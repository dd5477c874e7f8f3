"""What every PDF of ours begins with: fonts that are in it, its title, its language."""

import logging
from pathlib import Path

import matplotlib
from fpdf import FPDF

from activities.language import Language

FONT = "DejaVu"


def set_up(pdf: FPDF, title: str, language: Language) -> None:
    """Take the fonts into a PDF, and say what it is and in which language."""
    logging.getLogger("fpdf").setLevel(logging.ERROR)  # it would name the letters that a name has and a font lacks
    logging.getLogger("fontTools").setLevel(logging.ERROR)
    fonts = Path(matplotlib.get_data_path()) / "fonts" / "ttf"
    pdf.add_font(FONT, "", fonts / "DejaVuSans.ttf")
    pdf.add_font(FONT, "B", fonts / "DejaVuSans-Bold.ttf")
    pdf.set_lang("sv-SE" if language == "sv" else "en-GB")
    pdf.set_title(title)
