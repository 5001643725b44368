"""What layers of TensorFlow 2.15.1 (Keras, float32, CPU) make of an input, and the gradient of sum(w * y) at it.
usage: make_layer_vectors.py OUT.json"""
import os, sys, json
os.environ['TF_CPP_MIN_LOG_LEVEL'] = '3'; os.environ['TF_ENABLE_ONEDNN_OPTS'] = '0'
import numpy as np, tensorflow as tf
K = tf.keras.layers
rs = np.random.RandomState(5); tf.keras.utils.set_random_seed(5)
L = lambda a: [float('%.8g' % v) for v in np.asarray(a, np.float32).ravel()]
T = lambda a: dict(shape=list(np.asarray(a).shape), data=L(a))
image = np.float32(rs.randn(2, 6, 7, 3)); row = np.float32(2 * rs.randn(3, 8))
image[0, 0, 0] = 0  # a place where functions have a corner
cases = []

def add(name, layer, x, training=False, **settings):
  X = tf.constant(x)
  layer(X)
  for v in layer.weights: v.assign(v + 0.3 * tf.random.stateless_normal(v.shape, [1, len(cases)]) ** 2)
  weights = [v.numpy() for v in layer.weights]
  with tf.GradientTape(persistent=True) as tape:
    tape.watch(X)
    y = layer(X, training=training)
    w = tf.random.stateless_normal(y.shape, [2, len(cases)])
    loss = tf.reduce_sum(w * y)
  cases.append(dict(name=name, settings=settings, x=T(x), weights=[T(v) for v in weights], y=T(y), w=T(w),
                    gradient=T(tape.gradient(loss, X)),
                    weight_gradients=[T(tape.gradient(loss, v)) for v in layer.trainable_weights],
                    weights_after=[T(v) for v in layer.weights] if training else []))

for f in ['relu', 'tanh', 'sigmoid', 'elu', 'softplus', 'gelu', 'swish']:
  add('activation', K.Activation(f), image, function=f)
add('activation', K.Activation(tf.nn.leaky_relu), image, function='leaky_relu')
for kind, cls in [('max_pooling2d', K.MaxPooling2D), ('average_pooling2d', K.AveragePooling2D)]:
  for size, strides, padding in [((2, 2), (2, 2), 'valid'), ((3, 2), (1, 2), 'valid'), ((3, 3), (2, 2), 'same'),
                                 ((2, 3), (1, 1), 'same'), ((2, 2), (3, 3), 'same')]:
    add(kind, cls(size, strides, padding), image, size=size, strides=strides, padding=padding)
for size, strides, padding in [((3, 3), (1, 1), 'same'), ((3, 3), (2, 2), 'same'), ((2, 4), (1, 3), 'same'),
                               ((1, 1), (2, 2), 'same'), ((3, 2), (2, 1), 'valid')]:
  add('conv2d', K.Conv2D(5, size, strides, padding), image, size=size, strides=strides, padding=padding)
for x in [image, row]:
  for training in [False, True]:
    add('batch_normalization', K.BatchNormalization(momentum=0.9), x, training)
for x, n in [(image, 3), (row, 8)]:
  few = [0.25, -1.5, 2, 0, 3, -0.125, 0.7, 1][:n]; squares = [0.04, 0.6, 2.5, 1, 0.3, 9, 1e-3, 16][:n]
  for mean, variance in [(few, squares), (0.4, 0.09), (few, 0.5), (few, 0)]:
    add('normalization', K.Normalization(mean=mean, variance=variance), x, first=mean, second=variance)
  for scale, offset in [(1 / 127.5, -1), (few, squares)]:
    add('rescaling', K.Rescaling(scale, offset), x, first=scale, second=offset)
json.dump(dict(source='tensorflow 2.15.1, float32, CPU; NHWC, kernels HWIO', cases=cases), open(sys.argv[1], 'w'), separators=(',', ':'))
print(len(cases), os.path.getsize(sys.argv[1]))
