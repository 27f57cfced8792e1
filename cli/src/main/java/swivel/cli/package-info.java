/** The command line: options, messages to a person, the terminal, exit statuses. */
package swivel.cli;
