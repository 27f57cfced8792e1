package swivel.cli;

import swivel.devices.Pl011;

/** Where the guest's serial output goes. */
interface Screen extends Pl011.Output {
    /** Why what is written gets nowhere any more; null while it does. */
    String failure();

    /** Has somebody told, once, when {@link #failure} comes to be. On any thread. */
    void whenFailed(Runnable told);

    /** From now on nobody waits for whoever reads: what finds no room is dropped. From any thread. */
    void hurry();

    /** Brings what is left to where it goes, as long as somebody reads it. Returns how many bytes were dropped. */
    long close();
}
