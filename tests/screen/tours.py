# SPDX-License-Identifier: GPL-2.0-or-later
"""Long ways through the program, on the scene, by keys."""

from scenes import Scene
from tap import equal

TOURS = (
    "1 t j j - + Enter Enter Escape Escape T T T W q",
    "/ 'c Enter n N \\ '/c.*l/ Enter s j Enter S Space Escape q",
    "3 Enter j Enter Escape Escape 4 Enter Escape 5 Enter Escape Space 1s e q Escape q",
    "u C-u 'al Tab Enter F j Escape p Enter = D d Escape q",
    "Space 1s Enter Escape Space p Up Down Escape ? G g Escape q",
    "Tab z Right Right Left x f 1s 1s I > < 0 q",
)


def go(tour, **options):
    """Takes the tour in a scene with these options; it ends with status 0."""
    with Scene("-x", cols=100, rows=30, **options) as scene:
        scene.press(*tour.split()[:-1])
        scene.send(tour.split()[-1])
        equal(scene.exit_status(), 0, f"exit status after {tour}")
