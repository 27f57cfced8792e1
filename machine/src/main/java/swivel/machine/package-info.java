/** Placeholder. */
package swivel.machine;
