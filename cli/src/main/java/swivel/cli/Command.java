package swivel.cli;

import java.io.IOException;
import swivel.lpv.ImageException;

/** One of Swivel's commands: made, given its arguments through {@link #syntax}, run once. */
interface Command {
    /** What it takes. */
    Syntax syntax();

    /** Does its work; returns one of {@link ExitStatus}. */
    int run() throws IOException, ImageException;
}
