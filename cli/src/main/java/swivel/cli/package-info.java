/**
 * The command line: options, messages to a person, files that a person named, the terminal, exit statuses.
 *
 * <p>Uses every module below it. Nothing uses this package but the launcher. Begin with {@link swivel.cli.Main}, which
 * finds the command and says what went wrong; each command is a class, such as {@code RunCommand}.
 */
package swivel.cli;
