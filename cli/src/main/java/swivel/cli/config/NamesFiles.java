package swivel.cli.config;

import java.nio.file.Path;

/**
 * How the value of an option, with names of files inside, reads when relative ones are below a folder. An option whose
 * type is {@link Path} needs none; one that names files inside of a text has this as its user object.
 */
@FunctionalInterface
public interface NamesFiles {
    /** A value that begins with the name of a file. */
    NamesFiles FIRST = (value, folder) -> folder.resolve(value).toString();

    /** The value, its relative names of files below a folder. */
    String below(String value, Path folder);
}
