/** Placeholder. */
package swivel.lpv;
