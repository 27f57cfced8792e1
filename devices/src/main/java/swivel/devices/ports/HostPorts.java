package swivel.devices.ports;

import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import swivel.devices.streams.Listener;
import swivel.devices.streams.SelectorThread;

/**
 * The host's ends of a guest's ports: files, and sockets that programs connect to. One thread has them all, and waits
 * for nothing but sockets, so that a program that reads nothing holds up neither the guest nor other ports.
 */
public final class HostPorts implements AutoCloseable {
    /** The most ports of a guest, as with QEMU: 31 with the console's. */
    public static final int MAX = 30;

    /** Bytes that a port's file takes. */
    public static final long MAX_FILE = 1L << 30;

    private final SelectorThread thread;
    private final Consumer<String> say;
    private final List<Port> ports = new ArrayList<>();
    private final List<PortEnd> ends = new ArrayList<>();
    private boolean canBeReached;

    /**
     * Makes it without ports.
     *
     * @param say gets lines for the person who runs the guest; called on the ports' thread, must not block
     */
    public HostPorts(Consumer<String> say) throws IOException {
        this.say = say;
        this.thread = new SelectorThread("swivel-ports", "the guest's ports", new Work(), say);
    }

    /** What adds a port: opens what it leads to. */
    @FunctionalInterface
    public interface Addition {
        void addTo(HostPorts ports) throws IOException;
    }

    /**
     * Opens ports and serves them.
     *
     * @param say as for the constructor
     * @return null if there are none
     * @throws IOException if one cannot be had; whatever is thrown, nothing stays open
     */
    public static HostPorts open(List<? extends Addition> additions, Consumer<String> say) throws IOException {
        if (additions.isEmpty()) {
            return null;
        }
        HostPorts ports = new HostPorts(say);
        try {
            for (Addition addition : additions) {
                addition.addTo(ports);
            }
        } catch (IOException | RuntimeException e) {
            ports.close();
            throw e;
        }
        ports.start();
        return ports;
    }

    /** What the thread does. */
    private final class Work implements SelectorThread.Work {
        @Override
        public long turn(long now) {
            for (PortEnd end : ends) {
                thread.guarded(end::turn);
            }
            return IDLE;
        }

        @Override
        public void end() {
            ends.forEach(PortEnd::close);
        }
    }

    /** Adds a port whose output goes to a file, which is closed with this; before {@link #start}. */
    public void addFile(String name, OutputStream file) {
        ends.add(new FileEnd(port(name), file, MAX_FILE, say));
    }

    /** Adds a port that programs of the host connect to, one at a time; before {@link #start}. */
    public void addListener(String name, Listener listener) throws IOException {
        try {
            ends.add(new SocketEnd(port(name), listener, thread.selector(), say));
            canBeReached = true;
        } catch (IOException e) {
            listener.close();
            throw e;
        }
    }

    private Port port(String name) {
        if (ports.size() == MAX) {
            throw new IllegalStateException("more than " + MAX + " ports");
        }
        Port port = new Port(name);
        port.whenGuestChanged(thread::wake);
        port.toHost().whenFilled(thread::wake);
        port.toGuest().whenRoom(thread::wake);
        port.toGuest().whenEmpty(thread::wake);
        ports.add(port);
        return port;
    }

    /** Starts to serve the ports. */
    public void start() {
        thread.start();
    }

    /** The ports, in the order in which they were added. */
    public List<Port> ports() {
        return ports;
    }

    /** Whether something can come from the host. */
    public boolean canBeReached() {
        return canBeReached;
    }

    /** Ends it, with all sockets and files. From any thread but its own; a second call does nothing. */
    @Override
    public void close() {
        thread.close();
    }
}
