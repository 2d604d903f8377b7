// The host cannot hold the tensor: refused before anything is allocated.
.tensor large scratch u8 [1099511627775]
.engine sync
  return
