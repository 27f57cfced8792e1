package swivel.devices.p9;

import java.nio.BufferOverflowException;
import java.nio.BufferUnderflowException;

/**
 * Serves one folder by 9P2000.L, the dialect of Linux's client (9P of Plan 9; its messages for Linux are in
 * github.com/chaos/diod, protocol.md). Files are of whom the guest says where the host allows it, and of Swivel's user
 * otherwise, with the modes that the guest gives them: QEMU's {@code security_model=none}.
 *
 * <p>A message is served wholly before the next one. Everything that it says is checked here: a guest gets an error
 * number, and never more than the folder.
 */
public final class P9Server {
    /** The largest message, for as many pages as a queue of Linux's client has descriptors. */
    public static final int MAX_MESSAGE = 1 << 19;

    /** The least that a client may ask for, as for QEMU. */
    private static final int MIN_MESSAGE = 4096;

    /** Room for an error, which every answer has to have. */
    public static final int MIN_ANSWER = Message.HEADER + Integer.BYTES;

    private static final String VERSION = "9P2000.L";

    private static final int MAX_STEPS = 16;

    private final Session session;
    private final NodeTree tree;
    private final Message in;
    private final Message out;
    private final FileMessages content;
    private final NameMessages names;
    private final AttributeMessages attributes;
    /** The largest message that was agreed on; 0: nothing was. */
    private int messageSize;

    private boolean closed;

    P9Server(HostFiles files, int root, boolean readOnly, long budget) throws HostError {
        session = new Session(files, root, readOnly, budget);
        tree = session.tree;
        in = session.in;
        out = session.out;
        content = new FileMessages(session);
        names = new NameMessages(session);
        attributes = new AttributeMessages(session);
    }

    /** Whether the guest uses the folder: it has files in hand. */
    public boolean inUse() {
        return !session.isEmpty();
    }

    /** The largest message that was agreed on; 0 before that. */
    public int messageSize() {
        return messageSize;
    }

    /** Whether that can have been agreed on. */
    public static boolean isMessageSize(int bytes) {
        return bytes == 0 || bytes >= MIN_MESSAGE && bytes <= MAX_MESSAGE;
    }

    /** Goes on as somebody else did who had no files in hand. */
    public void setMessageSize(int bytes) {
        messageSize = bytes;
    }

    /** Forgets the guest: it starts anew. */
    public void reset() {
        messageSize = 0;
        session.clear();
    }

    /** Ends it; whatever is asked for after that fails. */
    void close() {
        reset();
        closed = true;
    }

    /**
     * Serves a message.
     *
     * @param request {@link #MAX_MESSAGE} bytes, of which {@code length} are the message; at least a header
     * @param answer {@link #MAX_MESSAGE} bytes, of which {@code room} may be used; at least {@link #MIN_ANSWER}
     * @return the answer's length
     */
    public int serve(byte[] request, int length, byte[] answer, int room) {
        tree.trim();
        in.begin(request, length);
        int size = in.u32();
        int number = in.u8();
        int tag = in.u16();
        int error;
        try {
            if (size < Message.HEADER || size > length || closed) {
                throw new HostError(HostError.EMSGSIZE);
            }
            in.begin(request, size);
            in.moveTo(Message.HEADER);
            MessageType type = MessageType.of(number);
            if (type == null) {
                throw new HostError(HostError.EOPNOTSUPP);
            }
            if (type != MessageType.VERSION && messageSize == 0) {
                throw new HostError(HostError.EINVAL);
            }
            out.begin(answer, messageSize == 0 ? room : Math.min(room, messageSize));
            out.moveTo(Message.HEADER);
            execute(type);
            return out.end(type.answer(), tag);
        } catch (HostError e) {
            error = e.number();
        } catch (BufferUnderflowException e) {
            error = HostError.EINVAL;
        } catch (BufferOverflowException e) {
            error = HostError.ENOBUFS;
        }
        out.begin(answer, room);
        out.moveTo(Message.HEADER);
        return out.u32(error).end(MessageType.RLERROR, tag);
    }

    private void execute(MessageType type) throws HostError {
        if (session.readOnly && type.changes() && type != MessageType.REMOVE) { // which lets go of the file, too
            throw new HostError(HostError.EROFS);
        }
        switch (type) {
            case VERSION -> version();
            case ATTACH -> attach();
            case FLUSH -> {} // what it names was answered already
            case WALK -> walk();
            case CLUNK -> clunk();
            case LOPEN -> content.open();
            case LCREATE -> content.create();
            case READ -> content.read();
            case WRITE -> content.write();
            case READDIR -> content.readDirectory();
            case FSYNC -> content.flush();
            case READLINK -> names.readLink();
            case SYMLINK -> names.makeLink();
            case MKNOD -> names.makeNode();
            case MKDIR -> names.makeDirectory();
            case LINK -> names.link();
            case RENAME -> names.rename();
            case RENAMEAT -> names.renameAt();
            case UNLINKAT -> names.unlinkAt();
            case REMOVE -> names.remove();
            case GETATTR -> attributes.get();
            case SETATTR -> attributes.set();
            case STATFS -> attributes.statFileSystem();
            case XATTRWALK -> attributes.readExtended();
            case XATTRCREATE -> attributes.createExtended();
            case LOCK -> attributes.lock();
            case GETLOCK -> attributes.getLock();
        }
    }

    private void version() {
        int wanted = in.u32();
        String version = in.string();
        reset();
        boolean fits = Integer.compareUnsigned(wanted, MIN_MESSAGE) >= 0 && version.equals(VERSION);
        int size = Integer.compareUnsigned(wanted, MAX_MESSAGE) > 0 ? MAX_MESSAGE : wanted;
        out.u32(size).string(fits ? VERSION : "unknown");
        messageSize = fits ? size : 0;
    }

    private void attach() throws HostError {
        int number = in.u32();
        int _ = in.u32(); // who was authenticated: nobody
        String _ = in.string(); // the user's name
        String _ = in.string(); // which folder: there is one
        int user = in.u32();
        session.requireFree(number);
        session.qid(tree.root());
        session.add(number, new Fid(tree.share(tree.root()), user));
    }

    private void walk() throws HostError {
        int number = in.u32();
        Fid from = session.find(number);
        int newNumber = in.u32();
        int steps = in.u16();
        if (steps > MAX_STEPS || number == newNumber && from.use != null) {
            throw new HostError(HostError.EINVAL);
        }
        if (number != newNumber) {
            session.requireFree(newNumber);
        }
        String[] names = new String[steps];
        for (int i = 0; i < steps; i++) {
            names[i] = session.name();
        }
        int start = out.position();
        out.u16(0);
        Node node = tree.share(from.node);
        int done = 0;
        try {
            while (done < steps) {
                Node next = step(node, names[done]);
                tree.release(node);
                node = next;
                session.qid(node);
                done++;
            }
        } catch (HostError e) {
            tree.release(node);
            if (done == 0) {
                throw e;
            }
            answerSteps(start, done);
            return;
        } catch (BufferOverflowException e) {
            tree.release(node);
            throw e;
        }
        answerSteps(start, done);
        if (number == newNumber) {
            tree.release(from.node);
            from.node = node;
        } else {
            session.add(newNumber, new Fid(node, from.user));
        }
    }

    private void answerSteps(int start, int steps) {
        out.moveTo(start);
        out.u16(steps);
        out.moveTo(start + Short.BYTES + steps * Message.QID);
    }

    private Node step(Node node, String name) throws HostError {
        if (!node.isDirectory()) {
            throw new HostError(HostError.ENOTDIR);
        }
        return switch (name) {
            case "." -> tree.share(node);
            case ".." -> tree.above(node);
            default -> tree.step(node, name);
        };
    }

    private void clunk() throws HostError {
        Fid fid = session.take();
        try {
            if (fid.use instanceof Fid.NewAttribute attribute) {
                attributes.commit(fid, attribute);
            }
        } finally {
            session.letGo(fid);
        }
    }
}
