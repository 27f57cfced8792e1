package swivel.devices;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.IntConsumer;
import swivel.devices.ports.Port;
import swivel.memory.Snapshot.Archive;

/**
 * The virtio console device (VIRTIO 1.2, 5.3) as a set of named ports, Linux's /dev/vport*. Port 0 would be a console,
 * and is not there. What the driver is to be told is kept as what it does not know yet, so it is bounded.
 */
public final class VirtioPorts extends VirtioDevice {
    private static final int TYPE = 3;

    /** Several ports, and two queues for messages about them. */
    static final int F_MULTIPORT = 1 << 1;

    /** The queues (5.3.2): port 0, messages, and from here on the others' two each. */
    static final int CONTROL_RECEIVE = 2;

    static final int CONTROL_TRANSMIT = 3;
    private static final int FIRST_QUEUE = 4;

    private static final int CONFIGURATION_SIZE = 12;
    private static final int MAX_PORTS = 4;

    /** A message (5.3.6.2): the port's number, the event, a value; of a name, the name behind it. */
    static final int MESSAGE = 8;

    private static final int EVENT = 4;
    private static final int VALUE = 6;

    static final int DEVICE_READY = 0;
    static final int PORT_ADD = 1;
    static final int PORT_READY = 3;
    static final int PORT_OPEN = 6;
    static final int PORT_NAME = 7;

    /** A port, as the driver knows it. */
    private static final class Line {
        final Port port;
        final ByteQueues queues;
        /** The driver is still to be told that the port is there; what it is called. */
        boolean isNew;

        boolean isNameless;
        /** The driver knows the port. */
        boolean isReady;

        boolean isOpen;
        /** Of the host's {@link Port#changes}, how many the driver was told. */
        int toldChanges;

        Line(Port port) {
            this.port = port;
            this.queues = new ByteQueues(port.toGuest(), (from, length) -> {
                // What nobody takes is lost, as it is with QEMU; Linux waits before it sends.
                return port.isOpenOnHost() ? port.toHost().put(from, 0, length) : length;
            });
        }

        void fields(Archive fields) {
            isNew = fields.flag(isNew);
            isNameless = fields.flag(isNameless);
            isReady = fields.flag(isReady);
            isOpen = fields.flag(isOpen);
            boolean told = fields.flag((toldChanges & 1) != 0);
            int changes = port.changes();
            toldChanges = told == ((changes & 1) != 0) ? changes : changes - 1;
            queues.fields(fields);
        }

        void reset() {
            isNew = false;
            isNameless = false;
            isReady = false;
            toldChanges = port.changes() & ~1;
            queues.reset();
            setOpen(false);
        }

        void setOpen(boolean open) {
            isOpen = open;
            port.setOpenInGuest(open);
        }
    }

    private final List<Line> lines;
    private final byte[] message = new byte[MESSAGE];
    private final ByteBuffer fields = ByteBuffer.wrap(message).order(ByteOrder.LITTLE_ENDIAN);
    private IntConsumer goOn = queue -> {};

    /** Makes the device. */
    public VirtioPorts(List<Port> ports) {
        super(TYPE, F_MULTIPORT, FIRST_QUEUE + 2 * ports.size(), configuration(ports.size()));
        lines = ports.stream().map(Line::new).toList();
    }

    private static byte[] configuration(int ports) {
        return ByteBuffer.allocate(CONFIGURATION_SIZE)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(MAX_PORTS, ports + 1)
                .array();
    }

    private static int receiveQueue(int line) {
        return FIRST_QUEUE + 2 * line;
    }

    @Override
    void attach(boolean legacy, IntConsumer newGoOn) {
        goOn = newGoOn;
        for (int i = 0; i < lines.size(); i++) {
            Port port = lines.get(i).port;
            int receive = receiveQueue(i);
            int transmit = receive + 1;
            port.toGuest().whenFilled(() -> newGoOn.accept(receive));
            port.toHost().whenRoom(() -> newGoOn.accept(transmit));
            port.whenHostChanged(() -> {
                newGoOn.accept(CONTROL_RECEIVE);
                newGoOn.accept(transmit); // which may have waited for who is gone
            });
        }
    }

    @Override
    void fields(Archive archive) {
        for (Line line : lines) {
            archive.same("port " + line.port.name());
            line.fields(archive);
        }
    }

    @Override
    void loaded() {
        for (Line line : lines) {
            line.setOpen(line.isOpen);
            line.port.toGuest().announce();
            if (line.toldChanges != line.port.changes()) {
                goOn.accept(CONTROL_RECEIVE);
            }
        }
    }

    @Override
    void negotiated(int features) {
        lines.forEach(Line::reset);
    }

    @Override
    boolean serve(int index, Virtqueue queue) throws VirtioError {
        if (index == CONTROL_RECEIVE) {
            return tell(queue);
        }
        if (index == CONTROL_TRANSMIT) {
            hear(queue);
            return true;
        }
        boolean receives = index % 2 == 0;
        if (index < FIRST_QUEUE) {
            return !receives && drop(queue);
        }
        Line line = lines.get((index - FIRST_QUEUE) / 2);
        return receives ? line.isOpen && line.queues.receive(queue) : line.queues.transmit(queue);
    }

    private static boolean drop(Virtqueue queue) throws VirtioError {
        DescriptorChain _ = queue.next();
        queue.complete();
        return true;
    }

    /** Tells the driver the next thing that it does not know. */
    private boolean tell(Virtqueue queue) throws VirtioError {
        for (int i = 0; i < lines.size(); i++) {
            Line line = lines.get(i);
            if (line.isNew) {
                line.isNew = false;
                send(queue, i, PORT_ADD, 1, "");
                return true;
            }
            if (line.isNameless) {
                line.isNameless = false;
                send(queue, i, PORT_NAME, 1, line.port.name());
                return true;
            }
            int changes = line.port.changes();
            if (line.isReady && line.toldChanges != changes) {
                boolean same = (changes - line.toldChanges & 1) == 0; // but not the same connection
                line.toldChanges = same ? changes - 1 : changes;
                send(queue, i, PORT_OPEN, line.toldChanges & 1, "");
                return true;
            }
        }
        return false;
    }

    private void send(Virtqueue queue, int line, int event, int value, String name) throws VirtioError {
        DescriptorChain request = queue.next();
        fields.putInt(0, line + 1).putShort(EVENT, (short) event).putShort(VALUE, (short) value);
        request.write(message, 0, MESSAGE);
        byte[] text = name.getBytes(StandardCharsets.UTF_8);
        request.write(text, 0, text.length);
        queue.complete();
    }

    private void hear(Virtqueue queue) throws VirtioError {
        if (queue.next().read(message, 0, MESSAGE) < MESSAGE) {
            throw new VirtioError("a message of a console's driver that is too short");
        }
        int number = fields.getInt(0) - 1;
        int event = fields.getShort(EVENT);
        boolean value = fields.getShort(VALUE) != 0;
        queue.complete();
        if (event == DEVICE_READY && value) {
            lines.forEach(line -> line.isNew = true);
        } else if (number >= 0 && number < lines.size()) {
            hear(number, event, value);
        }
        goOn.accept(CONTROL_RECEIVE);
    }

    private void hear(int number, int event, boolean value) {
        Line line = lines.get(number);
        if (event == PORT_READY) {
            line.isReady = value;
            line.isNameless = value;
        } else if (event == PORT_OPEN) {
            line.setOpen(value);
            goOn.accept(receiveQueue(number));
        }
    }
}
