"""Waiting for what the user would see, never for time.

Until the app has begun to answer, a page stands as still as when it has finished. So a script that
every page of the tests runs first listens to what the browser and the app say to each other: a page
is at rest when whatever was last asked has been answered to its end.
"""

from playwright.sync_api import BrowserContext, Locator, Page, TimeoutError
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

# A busy machine must not decide a test.
MILLISECONDS = 90_000

_NUMBERS = {
    "ASKED": BackMsg.DESCRIPTOR.fields_by_name["rerun_script"].number,
    "BEGUN": ForwardMsg.DESCRIPTOR.fields_by_name["new_session"].number,
    "ENDED": ForwardMsg.DESCRIPTOR.fields_by_name["script_finished"].number,
    "GAVE_WAY": ForwardMsg.FINISHED_EARLY_FOR_RERUN,
}

LISTEN = """
(() => {
    // The fields of a message of Protocol Buffers, outermost: number, and value where it is one.
    function* fields(bytes) {
        let at = 0;
        const varint = () => {
            let value = 0, scale = 1, byte;
            do {
                byte = bytes[at++];
                value += (byte & 127) * scale;
                scale *= 128;
            } while (byte > 127);
            return value;
        };
        while (at < bytes.length) {
            const key = varint(), kind = key & 7, number = Math.floor(key / 8);
            if (kind === 0) yield [number, varint()];
            else {
                const length = kind === 2 ? varint() : kind === 1 ? 8 : 4;
                at += length;
                yield [number, null];
            }
        }
    }
    window.unanswered = false;
    window.framesAtRest = 0;
    // The last that was heard and sent, for where a page does not come to rest.
    window.heard = [];
    const note = (what) => { window.heard = [...window.heard.slice(-19), what]; };
    let begun = false;
    const Plain = window.WebSocket;
    window.WebSocket = class extends Plain {
        constructor(...given) {
            super(...given);
            // A new connection is asked anew.
            note('connects');
            window.unanswered = false;
            this.addEventListener('message', ({data}) => {
                if (!(data instanceof ArrayBuffer)) return;
                window.framesAtRest = 0;
                for (const [number, value] of fields(new Uint8Array(data))) {
                    if (number === BEGUN) note('begun');
                    if (number === ENDED) note(`ended ${value}`);
                    if (number === BEGUN) begun = true;
                    if (number === ENDED && begun && value !== GAVE_WAY) window.unanswered = false;
                }
            });
        }
        send(data) {
            window.framesAtRest = 0;
            for (const [number] of fields(new Uint8Array(data.buffer ?? data))) {
                if (number === ASKED) { note('asked'); window.unanswered = true; begun = false; }
            }
            super.send(data);
        }
    };
})();
"""
for _name, _number in _NUMBERS.items():
    LISTEN = LISTEN.replace(_name, str(int(_number)))

# Asked in every frame. The end of an answer is heard before the last of it is drawn: some frames
# later, in which nothing more was said, all of it is. Where neither side has anything to say for
# hundreds of frames there is nothing to wait for, whatever was heard of the last answer's end.
AT_REST = """
() => {
    const app = document.querySelector('.stApp')?.dataset;
    const rests = app?.testScriptState === 'notRunning'
        && app.testConnectionState === 'CONNECTED';
    window.framesAtRest = rests ? window.framesAtRest + 1 : 0;
    return window.framesAtRest > (window.unanswered ? 600 : 3);
}
"""

STATE = """
() => JSON.stringify([window.unanswered, window.heard,
    {...document.querySelector('.stApp')?.dataset}])
"""

UNDRAWN = """
() => [...document.querySelectorAll('[data-testid=stSkeleton], [data-testid=stVegaLiteChart]')]
    .filter(e => !e.querySelector('svg.marks'))
    .map(e => e.parentElement.outerHTML.slice(0, 500))
"""

# A change of width or theme reaches the page and its charts some frames later: two looks at it that
# agree, in the theme that is asked for, and more where a chart is still as wide as it was.
STAND_STILL = """
async (looks) => {
    const texts = () => [...document.querySelectorAll('.stApp, .stApp p')];
    const charts = () => [...document.querySelectorAll('svg.marks, svg.marks > g')];
    const edges = (e) => {
        const {left, right} = e.getBoundingClientRect();
        return [left, right, getComputedStyle(e).color];
    };
    const look = () => JSON.stringify([...texts(), ...charts()].map(edges));
    const fits = (e) => edges(e)[0] >= -1 && edges(e)[1] <= innerWidth + 1;
    const asked = (query) => matchMedia(query).matches;
    const bright = (color) => color.match(/\\d+/)[0] > 127;
    const colors = () => [getComputedStyle(document.querySelector('.stApp')).color,
        ...[...document.querySelectorAll('svg.marks text')].map(e => getComputedStyle(e).fill)];
    const themed = () => asked('print')
        || colors().every(color => bright(color) === asked('(prefers-color-scheme: dark)'));
    let before = null, alike = 0;
    for (; looks > 0; looks--) {
        const now = look();
        alike = now === before && themed() ? alike + 1 : 0;
        if (alike >= (charts().every(fits) ? 1 : 30)) return;
        before = now;
        await new Promise(done => setTimeout(done, 100));
    }
    throw new Error('the page does not come to rest');
}
"""


def listen(context: BrowserContext) -> None:
    """Called before a context opens its first page."""
    context.set_default_timeout(MILLISECONDS)
    context.add_init_script(LISTEN)


def answered(page: Page) -> None:
    """Wait until what was last asked is answered: words and tables are then those of the answer."""
    try:
        page.wait_for_function(AT_REST)
    except TimeoutError:
        raise AssertionError(f"not at rest: {page.evaluate(STATE)}") from None


def settle(page: Page) -> None:
    """Wait until what was last asked is answered, and every chart is drawn and stands still."""
    answered(page)
    try:
        page.wait_for_function(f"({UNDRAWN})().length === 0")
    except TimeoutError:
        raise AssertionError(f"not drawn: {page.evaluate(UNDRAWN)}") from None
    page.evaluate(STAND_STILL, MILLISECONDS / 100)


def pick(field: Locator, words: str) -> None:
    """Open a list of choices and press one of them; what closes the list, as a chart that is drawn
    beside it, has whoever meant to choose open it again."""
    option = field.page.get_by_role("option", name=words, exact=True)
    for last in (False,) * 10 + (True,):
        field.focus()
        field.page.keyboard.press("ArrowDown")
        try:
            option.click(timeout=MILLISECONDS if last else MILLISECONDS / 20)
        except TimeoutError:
            if last:
                raise
            field.page.keyboard.press("Escape")
        else:
            return


def choice(place: Locator, words: str) -> Locator:
    """The label of a choice, by its words; a tooltip may say the same."""
    return place.locator("label").get_by_text(words, exact=True).first
