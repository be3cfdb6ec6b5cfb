"""The actions of the window: declared once with text, key, icon and place; menus and tool bar are made from them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QIcon, QKeySequence
from PySide6.QtWidgets import QMainWindow, QToolBar, QToolButton

from soulspot_gallery.core.resources import resource


@dataclass(frozen=True, slots=True)
class Declared:
    """`menu` and `text` with & before the access key; `button`: its word in the tool bar, if it stands
    there; `needs`: what must be there for it to be enabled."""

    name: str
    menu: str
    text: str
    key: str = ""
    icon: str = ""
    tip: str = ""
    needs: frozenset[str] = frozenset()
    button: str = ""
    separated: bool = False
    checkable: bool = False


LIBRARY, WRITING, SELECTION = "library", "writing", "selection"
_LIBRARY = frozenset({LIBRARY})
_WRITING = frozenset({LIBRARY, WRITING})
_HAND = _WRITING | {SELECTION}

DECLARED = (
    Declared("open", "&File", "&Open library…", "Ctrl+O", "open", "Open the database of a SoulSpot server"),
    Declared("open_folder", "&File", "Open &folder…", "Ctrl+Shift+O", "folder", "Open a folder such as mnt/soulspot"),
    Declared("embedded", "&File", "Open my o&wn library", "Ctrl+Shift+H", "picture",
             "The gallery's own library on this computer"),
    Declared("sample", "&File", "Open the &sample library", "Ctrl+Shift+D", "album",
             "Try everything; nothing of yours is touched"),
    Declared("add", "&File", "&Add to library…", "Ctrl+N", "save",
             "Add by search or address; import music folders, exports and music servers", _LIBRARY, separated=True),
    Declared("sources", "&File", "Sou&rces…", "Ctrl+Shift+S", "link",
             "Where pictures are looked for, in which order, and whether they answer", _LIBRARY),
    Declared("offline", "&File", "Wor&k offline", "Ctrl+Shift+N", "",
             "Let no request leave the gallery, and look at what is here", separated=True, checkable=True),
    Declared("export_pack", "&File", "&Export pack…", "Ctrl+Shift+E", "export",
             "Write pictures into one file for another machine with the same library", _LIBRARY),
    Declared("import_pack", "&File", "&Import pack…", "Ctrl+Alt+I", "open",
             "Bring in the pictures of a pack, after a look at what it would do", _LIBRARY),
    Declared("settings", "&File", "Se&ttings…", "Ctrl+,", "settings", separated=True),
    Declared("quit", "&File", "&Quit", "Ctrl+Q", separated=True),
    Declared("take_back", "&Edit", "&Undo", "Ctrl+Z", "undo", "Take back what was done last", _WRITING),
    Declared("redo", "&Edit", "&Redo", "Ctrl+Shift+Z", "redo", "Do again what was taken back", _WRITING),
    Declared("replace", "&Edit", "Re&place…", "Ctrl+H", "picture", "Choose another picture for the selection", _HAND,
             separated=True),
    Declared("paste", "&Edit", "Pa&ste picture", "Ctrl+V", "copy",
             "Make the picture, the file or the URL in the clipboard the picture of the selection", _HAND),
    Declared("choose_file", "&Edit", "P&icture from file…", "Ctrl+Shift+I", "open", "", _HAND),
    Declared("type_url", "&Edit", "Picture &from URL…", "Ctrl+Alt+U", "link", "", _HAND),
    Declared("lock", "&Edit", "&Lock", "Ctrl+K", "lock", "Nothing that runs by itself changes these pictures", _HAND,
             separated=True),
    Declared("unlock", "&Edit", "Unloc&k", "Ctrl+Shift+K", "unlock", "", _HAND),
    Declared("unset", "&Edit", "U&nset", "Ctrl+U", "cancel", "Forget the pictures; they may be fetched again", _HAND,
             separated=True),
    Declared("no_picture", "&Edit", "N&o picture on purpose", "Ctrl+Shift+U", "no-picture",
             "Nothing that runs by itself fetches a picture for these", _HAND),
    Declared("delete", "&Edit", "&Delete picture", "Delete", "trash",
             "Forget the pictures and remove their files; the history keeps them", _HAND),
    Declared("why", "&Edit", "&Why this picture?", "Ctrl+Shift+W", "info",
             "Where it is from, what was asked, and what happens next", _LIBRARY | {SELECTION}, separated=True),
    Declared(
        "recache", "&Pictures", "&Recache selected", "Ctrl+R", "recache",
        "Fetch the selected pictures again, whatever is there", _WRITING | {SELECTION}, "Recache",
    ),
    Declared(
        "recache_all", "&Pictures", "Recache all that &need it", "Ctrl+Shift+R", "recache",
        "Fetch every picture that is missing, damaged or only remote", _WRITING, "Recache all",
    ),
    Declared("fetch_missing", "&Pictures", "Fetch m&issing files", "Ctrl+Shift+M", "recache",
             "Fetch every picture that the library names and that is not there", _WRITING),
    Declared("resume", "&Pictures", "Resu&me recache", "Ctrl+Alt+R", "recache",
             "Go on with a recache that was interrupted", _WRITING),
    Declared(
        "sync", "&Pictures", "Find &pictures for selected", "Ctrl+G", "search",
        "Ask the sources for pictures of the selected entries that have none", _WRITING | {SELECTION}, separated=True,
    ),
    Declared(
        "sync_all", "&Pictures", "Find pictures for all &without one", "Ctrl+Shift+G", "search",
        "Ask the sources for a picture of everything that has no URL", _WRITING,
    ),
    Declared(
        "validate", "&Pictures", "&Check selected links", "Ctrl+L", "link", "", _LIBRARY | {SELECTION}, separated=True
    ),
    Declared(
        "validate_all", "&Pictures", "&Validate all links", "Ctrl+Shift+L", "validate",
        "Ask every picture's server whether it still has it", _LIBRARY, "Validate all",
    ),
    Declared("show_file", "&Pictures", "Show in &file manager", "Ctrl+Shift+F", "folder", "", _LIBRARY | {SELECTION},
             separated=True),
    Declared("copy_url", "&Pictures", "Copy &URL", "Ctrl+Shift+C", "copy", "", _LIBRARY | {SELECTION}),
    Declared("ready", "&Pictures", "Rea&dy for offline…", "Ctrl+Shift+Y", "picture",
             "What would be missing without a network, and what fetching it would cost", _LIBRARY, separated=True),
    Declared("fix", "&Pictures", "Fi&x queue", "F8", "fix",
             "One after the other, all that needs a hand: a key for each picture", _WRITING, "Fix queue",
             separated=True),
    Declared("clones", "&Pictures", "C&lones and placeholders…", "F7", "album",
             "Pictures that stand for many: placeholders, wrong finds", _LIBRARY),
    Declared("drift", "&Pictures", "Changed at the s&ources…", "F9", "recache",
             "Ask the sources of what is selected, or of all, whether they have another picture by now", _LIBRARY),
    Declared(
        "optimize", "&Clean up", "&Optimize…", "Ctrl+E", "optimize",
        "Look for files that are old, damaged or not needed; nothing is removed before you have seen it", _LIBRARY,
        "Optimize…",
    ),
    Declared("undo", "&Clean up", "&Undo last cleanup", "Ctrl+Alt+Z", "undo", "", _WRITING, separated=True),
    Declared("trash", "&Clean up", "&Trash…", "Ctrl+T", "trash", "", _LIBRARY),
    Declared("refresh", "&View", "&Refresh", "F5", "refresh", "Read the library and the files again", _LIBRARY,
             "Refresh"),
    Declared("search", "&View", "&Search", "Ctrl+F", "search", "Find a name", _LIBRARY),
    Declared("zoom_in", "&View", "&Larger pictures", "Ctrl++", "zoom-in", "", _LIBRARY, separated=True),
    Declared("zoom_out", "&View", "S&maller pictures", "Ctrl+-", "zoom-out", "", _LIBRARY),
    Declared("details", "&View", "&Details", "Ctrl+I", "info", "Show or hide the details", _LIBRARY, separated=True),
    Declared("about", "&Help", "&About SoulSpot Gallery", "F1"),
)  # fmt: skip


_KEY_TAKEN_ELSEWHERE = ("search",)
"""Actions whose key the filter bar listens to itself."""

_RECACHE = "recache", "recache_all"
"""They share one button of the tool bar: the first that is enabled has it."""


class Actions:
    """The window's actions by name; they are enabled as far as what they need is there."""

    def __init__(self, window: QMainWindow, handlers: Mapping[str, Callable[[], object]]) -> None:
        """Puts menus and tool bar into the window. `handlers`: what each action does, by name."""
        self._actions = {declared.name: _action(window, declared, handlers[declared.name]) for declared in DECLARED}
        self.there: set[str] = set()
        titles = dict.fromkeys(each.menu for each in DECLARED)
        self.menus = menus = {title: window.menuBar().addMenu(title) for title in titles}
        bar = QToolBar("Tools")
        bar.setObjectName("tools")
        bar.setMovable(False)
        bar.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        bar.toggleViewAction().setVisible(False)
        window.addToolBar(bar)
        self.recache_button = _recache_button(bar, [self._actions[name] for name in _RECACHE])
        for declared in DECLARED:
            if declared.separated:
                menus[declared.menu].addSeparator()
            menus[declared.menu].addAction(self._actions[declared.name])
            if declared.name == _RECACHE[0]:
                bar.addWidget(self.recache_button)
            elif declared.button and declared.name not in _RECACHE:
                bar.addAction(self._actions[declared.name])
        self.tool_bar = bar
        self.update(set())

    def __getitem__(self, name: str) -> QAction:
        return self._actions[name]

    def update(self, there: set[str]) -> None:
        """Enable what needs no more than is there."""
        self.there = there
        for declared in DECLARED:
            self._actions[declared.name].setEnabled(declared.needs <= there)
        chosen = next((name for name in _RECACHE if self._actions[name].isEnabled()), _RECACHE[-1])
        self._put_on_recache_button(self._actions[chosen])

    def _put_on_recache_button(self, action: QAction) -> None:
        button = self.recache_button
        before = button.defaultAction()
        if before is not action:
            button.setDefaultAction(action)
            if before is not None:
                button.removeAction(before)  # with two actions it would have a menu


def _recache_button(bar: QToolBar, actions: Sequence[QAction]) -> QToolButton:
    """As wide as the longest of their words, so that the tool bar stays where it is."""
    button = QToolButton(bar)
    button.setIconSize(bar.iconSize())
    button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
    button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    widths = []
    for action in actions:
        button.setIcon(action.icon())
        button.setText(action.iconText())
        widths.append(button.sizeHint().width())
    button.setMinimumWidth(max(widths))
    return button


def _action(window: QMainWindow, declared: Declared, handler: Callable[[], object]) -> QAction:
    action = QAction(declared.text, window)
    action.setObjectName(declared.name)
    if declared.icon:
        action.setIcon(QIcon(str(resource(f"icon-{declared.icon}.svg"))))
    if declared.key:
        action.setShortcut(QKeySequence(declared.key))
    if declared.name in _KEY_TAKEN_ELSEWHERE:
        action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)  # shown in the menu; two would block each other
    plain = declared.text.replace("&", "").rstrip("…")
    key = f" ({QKeySequence(declared.key).toString(QKeySequence.SequenceFormat.NativeText)})" if declared.key else ""
    action.setToolTip((declared.tip or plain) + key)
    action.setStatusTip(declared.tip)
    action.setCheckable(declared.checkable)
    if declared.button:
        action.setIconText(declared.button)
    action.triggered.connect(lambda checked=False: handler())
    return action
