/** Placeholder. */
package swivel.devices;
