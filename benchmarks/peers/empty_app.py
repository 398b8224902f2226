"""An empty Textual application: a line of text, and another one at each key."""

from textual.app import App, ComposeResult
from textual.widgets import Static


class Empty(App[None]):
    BINDINGS = [("q", "quit", "Quit")]

    def __init__(self) -> None:
        super().__init__()
        self.pressed = 0

    def compose(self) -> ComposeResult:
        yield Static("EMPTY-APP", id="line")

    def on_key(self) -> None:
        self.pressed += 1
        self.query_one("#line", Static).update(f"EMPTY-APP {self.pressed}")


if __name__ == "__main__":
    Empty().run()
