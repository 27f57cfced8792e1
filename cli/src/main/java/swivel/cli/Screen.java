package swivel.cli;

import swivel.devices.Pl011;

/** Where the guest's serial output goes. */
interface Screen extends Pl011.Output, AutoCloseable {
    /** Whether what is written gets nowhere any more. */
    boolean broken();

    /** Brings what is left to where it goes. */
    @Override
    void close();
}
