/** Placeholder. */
package swivel.cli;
