/**
 * Files that say what a command line says (docs/config.md). The options of a command are the one description: keys are
 * their long names, and what values there are is what the options take.
 *
 * <p>Uses picocli's description of a command, and Jackson's core for JSON. Knows no option by name. Begin with
 * {@link swivel.cli.config.ConfigFile}, which turns a file into arguments; {@link swivel.cli.config.ConfigPrinter} goes
 * the other way. Nothing here is loaded in a run without {@code --config}.
 */
package swivel.cli.config;
