"""A headless Chromium, driven over its DevTools protocol by pipes: what a user does, and what the page then is.

Nothing but the standard library. The browser reads commands from its descriptor 3 and answers on 4, JSON objects
that end in NUL (--remote-debugging-pipe).
"""
import base64, collections, fcntl, json, os, select, shutil, signal, tempfile, time

NAMES = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"]
SECONDS = 120
KEYS = {"Tab": (9, None), "Enter": (13, "\r"), " ": (32, " "), "Escape": (27, None)}


def find():
    """The program that CHROMIUM names, else the first that is installed; None where there is none."""
    named = os.environ.get("CHROMIUM")
    return shutil.which(named) if named else next(filter(None, map(shutil.which, NAMES)), None)


class Browser:
    """One process, with a profile of its own in a temporary folder. To be closed."""

    def __init__(self, program):
        self.profile = tempfile.mkdtemp(prefix="gleaner-browser-")
        to_read, self.to = os.pipe()
        self.back, to_write = os.pipe()
        # Clear of 3 and 4, on which the browser wants them.
        ends = [fcntl.fcntl(end, fcntl.F_DUPFD, 20) for end in (to_read, to_write)]
        log = os.path.join(self.profile, "log")
        actions = [(os.POSIX_SPAWN_OPEN, 1, log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600),
                   (os.POSIX_SPAWN_DUP2, 1, 2), (os.POSIX_SPAWN_DUP2, ends[0], 3), (os.POSIX_SPAWN_DUP2, ends[1], 4)]
        arguments = [program, "--headless", "--no-sandbox", "--remote-debugging-pipe", "--disable-gpu",
                     "--disable-dev-shm-usage", "--no-first-run", "--disable-extensions",
                     "--disable-background-networking", "--disable-component-update", "--hide-scrollbars",
                     "--user-data-dir=" + self.profile]
        self.pid = os.posix_spawn(program, arguments, os.environ, file_actions=actions, setpgroup=0)
        for end in (to_read, to_write, *ends):
            os.close(end)
        self.number, self.rest, self.events = 0, b"", collections.deque()
        self.session, self.scripts_run = None, True
        try:
            self.version = self.call("Browser.getVersion")["product"]
            target = self.call("Target.createTarget", url="about:blank")["targetId"]
            self.session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
            for domain in ("Page", "Runtime", "Log", "Network"):
                self.call(domain + ".enable")
            self.call("Page.setLifecycleEventsEnabled", enabled=True)
        except BaseException:
            self.close()
            raise

    def close(self):
        for end in (self.to, self.back):
            os.close(end)
        try:
            os.killpg(self.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        os.waitpid(self.pid, 0)
        shutil.rmtree(self.profile, ignore_errors=True)

    def message(self, until):
        """The next message; a browser that does not answer in time is an error."""
        while b"\0" not in self.rest:
            if not select.select([self.back], [], [], max(0, until - time.monotonic()))[0]:
                raise TimeoutError("the browser does not answer")
            piece = os.read(self.back, 1 << 16)
            if not piece:
                with open(os.path.join(self.profile, "log"), errors="replace") as log:
                    raise ConnectionError("the browser ended: " + log.read()[-2000:])
            self.rest += piece
        one, self.rest = self.rest.split(b"\0", 1)
        return json.loads(one)

    def call(self, method, **parameters):
        """One command and its answer; events that come before it are remembered."""
        self.number += 1
        command = {"id": self.number, "method": method, "params": parameters}
        if self.session:
            command["sessionId"] = self.session
        os.write(self.to, json.dumps(command).encode() + b"\0")
        until = time.monotonic() + SECONDS
        while True:
            message = self.message(until)
            if message.get("id") == self.number:
                if "error" in message:
                    raise RuntimeError(f"{method}: {message['error']['message']}")
                return message["result"]
            if "method" in message:
                self.events.append(message)

    def loaded(self, loader):
        """Waits until this document, and no other before it, is loaded."""
        def is_it(event):
            of = event.get("params", {})
            return event.get("method") == "Page.lifecycleEvent" and (of["name"], of["loaderId"]) == ("load", loader)

        until = time.monotonic() + SECONDS
        while not any(map(is_it, self.events)):
            self.events.append(self.message(until))

    def open(self, address, width=1280, height=900, **media):
        """Opens a page and waits until it is drawn. `media` are features such as `prefers-color-scheme`."""
        self.call("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False)
        self.media(**media)
        self.move(0, 0)
        self.events.clear()
        self.loaded(self.call("Page.navigate", url=address)["loaderId"])
        self.settle()

    def media(self, kind="", **features):
        features = [{"name": name.replace("_", "-"), "value": value} for name, value in features.items()]
        self.call("Emulation.setEmulatedMedia", media=kind, features=features)

    def scripts(self, run):
        """Whether the scripts of the pages that are opened from now on run."""
        self.call("Emulation.setScriptExecutionDisabled", value=not run)
        self.scripts_run = run

    def run(self, expression):
        """The value of an expression of JavaScript in the page."""
        answer = self.call("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        if "exceptionDetails" in answer:
            raise RuntimeError(answer["exceptionDetails"].get("exception", {}).get("description", "failed"))
        return answer["result"].get("value")

    def settle(self):
        """Until what was done is drawn; a browser that has nothing to draw is not waited for."""
        if not self.scripts_run:
            # No callback of the page runs, but a picture needs a frame.
            self.call("Page.captureScreenshot", format="jpeg", quality=0)
            return
        self.run("new Promise(done => { requestAnimationFrame(() => requestAnimationFrame(() => done(0))); setTimeout(done, 1000, 0); })")

    def move(self, x, y):
        self.call("Input.dispatchMouseEvent", type="mouseMoved", x=x, y=y)

    def place(self, selector):
        """A point inside an element that nothing covers, after it was scrolled to."""
        wanted = json.dumps(selector)
        self.run(f"document.querySelector({wanted}).scrollIntoView({{block: 'center', behavior: 'instant'}})")
        self.settle()
        x, y, inside = self.run(
            f"(() => {{ const it = document.querySelector({wanted}), box = it.getClientRects()[0];"
            "const [x, y] = [box.left + Math.min(box.width / 2, 60), box.top + Math.min(box.height / 2, 12)];"
            "return [x, y, it.contains(document.elementFromPoint(x, y))]; })()")
        assert inside, f"{selector} is covered at {x}, {y}"
        return x, y

    def hover(self, selector):
        self.move(*self.place(selector))
        self.settle()

    def leave(self):
        """The mouse to where nothing is."""
        self.move(2, 2)
        self.settle()

    def click(self, selector):
        x, y = self.place(selector)
        self.move(x, y)
        for kind, buttons in (("mousePressed", 1), ("mouseReleased", 0)):
            self.call("Input.dispatchMouseEvent", type=kind, x=x, y=y, button="left", buttons=buttons, clickCount=1)
        self.settle()

    def press(self, key):
        code, text = KEYS[key]
        name = "Space" if key == " " else key
        both = {"key": key, "code": name, "windowsVirtualKeyCode": code}
        self.call("Input.dispatchKeyEvent", type="keyDown", **both, **({"text": text} if text else {}))
        self.call("Input.dispatchKeyEvent", type="keyUp", **both)
        self.settle()

    def screenshot(self, path, whole=False):
        picture = self.call("Page.captureScreenshot", format="png", captureBeyondViewport=whole)
        with open(path, "wb") as file:
            file.write(base64.b64decode(picture["data"]))

    def troubles(self):
        """What the page complained of since it was opened, requests of anything but itself among it."""
        self.settle()
        troubles, page = [], self.run("location.href")
        for event in self.events:
            what, of = event["method"], event["params"]
            if what == "Runtime.exceptionThrown":
                troubles.append("exception: " + json.dumps(of["exceptionDetails"])[:400])
            elif what == "Runtime.consoleAPICalled":
                troubles.append("console: " + json.dumps(of["args"])[:400])
            elif what == "Log.entryAdded":
                troubles.append("log: " + of["entry"]["text"])
            elif what == "Page.javascriptDialogOpening":
                troubles.append("dialog: " + of["message"])
            elif what == "Network.requestWillBeSent" and of["request"]["url"] != page:
                troubles.append("request: " + of["request"]["url"])
        return troubles
