package swivel.cli.config;

import java.nio.file.Path;

/** A file of options is wrong; the message is a line for the person, with the file's name and the line. */
public final class ConfigException extends Exception {
    private static final long serialVersionUID = 1;

    ConfigException(Path file, int line, String message) {
        super("config " + file + ":" + line + ": " + message);
    }
}
